import { queryOptions } from "@tanstack/react-query";

import { ask, getTicket, RefusedError } from "../api";

/** The id behind a ticket's number; `null` if there is no such ticket. */
export function ticketId(number: number) {
  return queryOptions({
    queryKey: ["number", number],
    queryFn: async ({ signal }): Promise<string | null> => {
      const answer = await ask(getTicket({ path: { ticket_id: String(number) }, signal }));
      if (answer.ok) return answer.value.id;
      if (answer.problem.kind === "refused") return null;
      throw new RefusedError(answer.problem);
    },
  });
}
