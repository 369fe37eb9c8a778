import { queryOptions } from "@tanstack/react-query";

import {
  ask,
  askOrThrow,
  type CannedView,
  findPeople,
  getMeta,
  listCanned,
  listTickets,
  RefusedError,
} from "../../api";

/** Limits of the server. */
export const meta = queryOptions({ queryKey: ["meta"], queryFn: ({ signal }) => askOrThrow(getMeta({ signal })) });

/** All canned responses, so that `/` finds them without asking. */
export const cannedResponses = queryOptions({
  queryKey: ["canned"],
  staleTime: 300_000,
  queryFn: async ({ signal }): Promise<readonly CannedView[]> => {
    const found: CannedView[] = [];
    let cursor: string | null = null;
    do {
      const page = await cannedPage(cursor, signal);
      found.push(...page.responses);
      cursor = page.next;
    } while (cursor !== null && found.length < 1_000);
    return found;
  },
});

async function cannedPage(
  cursor: string | null,
  signal: AbortSignal,
): Promise<{ responses: readonly CannedView[]; next: string | null }> {
  const query = { limit: 100, ...(cursor === null ? {} : { cursor }) };
  const answer = await ask(listCanned({ query, signal }));
  if (!answer.ok) throw new RefusedError(answer.problem);
  return { responses: answer.value, next: answer.body.pagination.nextCursor };
}

/** Staff whose name or address holds these letters. */
export function people(typed: string) {
  return queryOptions({
    queryKey: ["people", typed],
    staleTime: 60_000,
    queryFn: ({ signal }) => askOrThrow(findPeople({ query: { q: typed, limit: 8 }, signal })),
  });
}

/** Tickets by number or words. */
export function ticketsLike(typed: string) {
  const search = /^\d+$/.test(typed) ? `#${typed}` : typed;
  return queryOptions({
    queryKey: ["tickets like", typed],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await askOrThrow(listTickets({ query: { search, fields: "row", limit: 8 }, signal }))).tickets,
  });
}
