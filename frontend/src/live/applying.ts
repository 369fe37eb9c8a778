import type { QueryClient } from "@tanstack/react-query";

import type { CommentView } from "../api";
import { isRecord, type Pushed, ticketOf } from "../kernel/pushed";
import { putTickets, type Ticket, ticketIn } from "./entities";
import { linksOf } from "./links";
import { dropComment, type Gone, keepComment, setGone } from "./opening";

/** What an event changed, for those who show lists. */
export interface Changed {
  readonly id: string;
  readonly event: string;
  /** The fields that changed. */
  readonly fields: readonly string[];
}

const listeners = new Set<(changed: Changed) => void>();

/** Calls `listener` for every ticket that an event changed, once the cache holds the change. Returns how to stop. */
export function onTicketChanged(listener: (changed: Changed) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts what an event says into the cache. Events may come twice. What is about no ticket is left to others. */
export function apply(cache: QueryClient, pushed: Pushed, reader: string | undefined): void {
  const id = ticketOf(pushed);
  if (id === null) return;
  const { event, data } = pushed;
  if (event.startsWith("comment.")) applyComment(cache, pushed, id, reader);
  else if (data["deleted"] === true) setGone(cache, id, goneBy(pushed));
  else if (typeof data["version"] === "number") applyTicket(cache, pushed, id);
  else void cache.invalidateQueries({ queryKey: ["opening"], predicate: ({ state }) => opened(state.data) === id });
  const fields = isRecord(data["changes"]) ? Object.keys(data["changes"]) : [];
  if (fields.includes("links")) void cache.invalidateQueries({ queryKey: linksOf(id).queryKey });
  listeners.forEach((listener) => listener({ id, event, fields }));
}

function goneBy({ id, data }: Pushed): Gone {
  const by = typeof data["deleted_by"] === "string" ? data["deleted_by"] : null;
  return { at: new Date().toISOString(), event: id ?? 0, by };
}

function applyComment(
  cache: QueryClient,
  { id: at, event, data }: Pushed,
  id: string,
  reader: string | undefined,
): void {
  if (event === "comment.deleted") {
    if (typeof data["id"] === "string") dropComment(cache, id, data["id"], true);
    return;
  }
  const { ticket, ...comment } = data;
  if (!isRecord(ticket) || typeof comment["body"] !== "string") {
    void cache.invalidateQueries({ queryKey: ["opening"], predicate: ({ state }) => opened(state.data) === id });
    return;
  }
  putTickets(cache, [ticket as unknown as Ticket]);
  keepComment(cache, comment as unknown as CommentView, event === "comment.added" ? at : null);
  if (event === "comment.added" && comment["author_id"] !== reader) {
    cache.setQueryData<Ticket>(["ticket", id], (known) => known && { ...known, unread: true });
  }
}

function applyTicket(cache: QueryClient, { id: at, data }: Pushed, id: string): void {
  const { changes, ...ticket } = data;
  const restored = isRecord(changes) && "deleted" in changes;
  const gone = cache.getQueryData<Gone | null>(["gone", id]);
  if (gone != null && restored && (at ?? Infinity) > gone.event) setGone(cache, id, null);
  const before = ticketIn(cache, id);
  putTickets(cache, [ticket as unknown as Ticket]);
  if (before !== undefined && before.description !== undefined && before.description !== ticket["description"]) {
    void cache.invalidateQueries({ queryKey: ["opening", before.number] });
  }
}

function opened(data: unknown): unknown {
  return isRecord(data) ? data["id"] : undefined;
}
