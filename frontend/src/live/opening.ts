import { type QueryClient, queryOptions } from "@tanstack/react-query";

import {
  ask,
  askOrThrow,
  type CommentView,
  getTicket,
  getTimeline,
  markTicketRead,
  type Problem,
  type RequesterTickets,
  type TicketDetail,
  type TimelineEntryView,
} from "../api";
import { type Timeline, withEarlier, withEntry, withLatest, withoutComment } from "../kernel/timeline";
import { KEPT_MS, putTickets, type Ticket, useKept } from "./entities";
import { linksOf } from "./links";
import { place, positionKnown } from "./place";

export type Conversation = Timeline<TimelineEntryView>;

/** What opens with a ticket besides itself and its conversation. */
interface Opening {
  readonly id: string;
  readonly others: RequesterTickets | null;
}

/** Why a ticket cannot be shown any more. */
export interface Gone {
  readonly at: string;
  /** The event that deleted it. */
  readonly event: number;
  /** The person who did, where one did. */
  readonly by: string | null;
}

const PART = 50;
const removed = new Set<string>();

/** A ticket by its number, with its conversation and its requester's other tickets: one request. */
export function opening(number: number) {
  return queryOptions({
    queryKey: ["opening", number],
    queryFn: async ({ signal, client }): Promise<Opening> => {
      const asOf = place();
      const path = { ticket_id: String(number) };
      const found = await askOrThrow(getTicket({ path, query: { include: "timeline,requester,links" }, signal }));
      return keepOpening(client, found, asOf);
    },
  });
}

/** Keeps what a ticket opened with. `asOf` is the last event that had arrived when it was asked for. */
export function keepOpening(cache: QueryClient, found: TicketDetail, asOf: number): Opening {
  const { timeline, requester_tickets: others, links, ...ticket } = found;
  const gone = cache.getQueryData<Gone | null>(["gone", ticket.id]);
  if (gone != null && (gone.event <= asOf || !positionKnown())) cache.setQueryData(["gone", ticket.id], null);
  putTickets(cache, [ticket]);
  if (timeline !== undefined) {
    setConversation(cache, ticket.id, (known) => withLatest(known, timeline, asOf, removed));
  }
  if (links !== undefined) cache.setQueryData(linksOf(ticket.id).queryKey, links);
  return { id: ticket.id, others: others ?? null };
}

/** The conversation of a ticket that was opened. */
export function useConversation(id: string): Conversation | undefined {
  return useKept<Conversation>(["timeline", id]);
}

/** Whether a ticket was deleted since it was opened. */
export function useGone(id: string): Gone | null {
  return useKept<Gone | null>(["gone", id]) ?? null;
}

/** Notes that a ticket was deleted by an event, or by one's own act. */
export function setGone(cache: QueryClient, id: string, gone: Gone | null): void {
  cache.setQueryData<Gone | null>(["gone", id], gone);
}

/** Fetches the part of a conversation before what is known. Throws a `RefusedError`. */
export async function fetchEarlier(cache: QueryClient, id: string): Promise<void> {
  const cursor = cache.getQueryData<Conversation>(["timeline", id])?.next;
  if (cursor == null) return;
  const part = await askOrThrow(getTimeline({ path: { ticket_id: id }, query: { cursor, limit: PART } }));
  // Another part may have arrived meanwhile.
  setConversation(cache, id, (now) => (now?.next === cursor ? withEarlier(now, part, removed) : now));
}

/** Fetches the latest part again, for the steps that events do not bring. Failures are left to the next event. */
export async function fetchLatest(cache: QueryClient, id: string): Promise<void> {
  if (cache.getQueryData(["timeline", id]) === undefined) return;
  const asOf = place();
  const answer = await ask(getTimeline({ path: { ticket_id: id }, query: { limit: PART } }));
  if (answer.ok) setConversation(cache, id, (known) => known && withLatest(known, answer.value, asOf, removed));
}

/** Fetches a ticket with the latest part of its conversation after an own act, without waiting for its event. */
export async function fetchAgain(cache: QueryClient, id: string): Promise<void> {
  if (cache.getQueryData(["timeline", id]) === undefined) return;
  const asOf = place();
  const answer = await ask(getTicket({ path: { ticket_id: id }, query: { include: "timeline" } }));
  if (answer.ok) keepOpening(cache, answer.value, asOf);
}

/** Shows a comment: one's own from the answer, a colleague's from an event, with its place in the journal. */
export function keepComment(cache: QueryClient, comment: CommentView, event: number | null): void {
  if (removed.has(comment.id)) return;
  setConversation(cache, comment.ticket_id, (known) => {
    if (known === undefined) return undefined;
    const before = known.entries.find((entry) => entry.comment?.id === comment.id);
    const sent = comment.state === "held" || comment.state === "failed" ? null : (before?.event_id ?? event ?? place());
    return withEntry(known, { type: "comment", event_id: sent, comment, step: null, created_at: comment.created_at });
  });
}

/** Takes a comment away: deleted, or held and undone. */
export function dropComment(cache: QueryClient, ticketId: string, id: string, forGood: boolean): void {
  if (forGood) removed.add(id);
  setConversation(cache, ticketId, (known) => known && withoutComment(known, id));
}

/** Notes up to which event a ticket was read; `null` means all. Returns why not, or null. */
export async function markRead(cache: QueryClient, id: string, event: number | null): Promise<Problem | null> {
  const answer = await ask(markTicketRead({ path: { ticket_id: id }, body: { event_id: event } }));
  if (!answer.ok) return answer.problem;
  const { unread } = answer.value;
  cache.setQueryData<Ticket>(["ticket", id], (ticket) => ticket && { ...ticket, unread });
  if (event !== null) setConversation(cache, id, (known) => known && { ...known, read: event });
  return null;
}

function setConversation(
  cache: QueryClient,
  id: string,
  change: (known: Conversation | undefined) => Conversation | undefined,
): void {
  if (cache.getQueryDefaults(["timeline"]).gcTime !== KEPT_MS) {
    cache.setQueryDefaults(["timeline"], { gcTime: KEPT_MS });
    cache.setQueryDefaults(["gone"], { gcTime: KEPT_MS });
  }
  cache.setQueryData<Conversation>(["timeline", id], change);
}
