import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";

import { ask, me, type Me, RefusedError } from "../api";

/** The signed-in member with permissions; `null` without a session. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal, client, queryKey }): Promise<Me | null> => {
    const answer = await ask(me({ signal }));
    if (answer.ok) return answer.value;
    // A session that ends keeps its member: the page stays below the sign-in.
    if (answer.problem.status === 401 && !client.getQueryData(queryKey)) return null;
    throw new RefusedError(answer.problem);
  },
  staleTime: Infinity,
  refetchOnWindowFocus: "always",
  retry: false,
});

/** The signed-in member. Only for pages behind the sign-in. */
export function useMember(): Me {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error("Nobody is signed in.");
  return data;
}

/** Whether the member has a permission such as `tickets:write`. */
export function usePermission(permission: Me["permissions"][number]): boolean {
  return useMember().permissions.includes(permission);
}
