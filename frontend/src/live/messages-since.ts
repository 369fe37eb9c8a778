import { ask, listComments } from "../api";

const LOOKED_AT = 50;

/** How many messages of others a ticket got after a moment of the server's clock; at most 50. */
export async function messagesSince(ticketId: string, moment: string, memberId: string): Promise<number> {
  const path = { ticket_id: ticketId };
  const answer = await ask(listComments({ path, query: { limit: LOOKED_AT, order: "desc" } }));
  if (!answer.ok) return 0;
  const since = new Date(moment).getTime();
  return answer.value.filter((each) => each.author_id !== memberId && new Date(each.created_at).getTime() > since)
    .length;
}
