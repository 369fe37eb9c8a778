import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { addLink, ask, askOrThrow, listLinks, type Problem, removeLink, type TicketLink } from "../api";
import { KEPT_MS } from "./entities";

/** The tickets that a ticket is linked with. They come when it opens; events have them fetched again. */
export function linksOf(ticketId: string) {
  return queryOptions({
    queryKey: ["links", ticketId],
    queryFn: ({ signal }): Promise<TicketLink[]> => askOrThrow(listLinks({ path: { ticket_id: ticketId }, signal })),
    gcTime: KEPT_MS,
  });
}

/** Links two tickets. Returns why not. */
export async function link(cache: QueryClient, ticketId: string, otherId: string): Promise<Problem | null> {
  const answer = await ask(addLink({ path: { ticket_id: ticketId }, body: { ticket_id: otherId } }));
  if (!answer.ok) return answer.problem;
  cache.setQueryData(linksOf(ticketId).queryKey, answer.value);
  void cache.invalidateQueries({ queryKey: linksOf(otherId).queryKey });
  return null;
}

/** Removes a link. Returns why not; one that is gone already is no problem. */
export async function unlink(cache: QueryClient, ticketId: string, otherId: string): Promise<Problem | null> {
  const answer = await ask(removeLink({ path: { ticket_id: ticketId, other_id: otherId } }));
  if (!answer.ok && answer.problem.status !== 404) return answer.problem;
  cache.setQueryData(linksOf(ticketId).queryKey, (known) => known?.filter((each) => each.ticket_id !== otherId));
  void cache.invalidateQueries({ queryKey: linksOf(otherId).queryKey });
  return null;
}
