import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";

import { type Answer, ask, askOrThrow, getWebPreferences, updateWebPreferences, type WebPreferences } from "../api";

/** The member's choices in the app, alike on every device. */
export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: ({ signal }) => askOrThrow(getWebPreferences({ signal })),
});

/** The member's choices; `undefined` until they are known. */
export function usePreferences(): WebPreferences | undefined {
  return useQuery(preferencesQuery).data;
}

/** Changes some of them: immediately for this page, then on the server. What it refuses is taken back. */
export async function changePreferences(
  cache: QueryClient,
  changes: Partial<WebPreferences>,
): Promise<Answer<unknown>> {
  const { queryKey } = preferencesQuery;
  await cache.cancelQueries({ queryKey });
  const before = cache.getQueryData(queryKey);
  if (before !== undefined) cache.setQueryData(queryKey, { ...before, ...changes });
  const answer = await ask(updateWebPreferences({ body: changes as never }));
  cache.setQueryData(queryKey, answer.ok ? answer.value : before);
  return answer;
}
