import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ListedTicket, TicketDetail } from "../api";
import { drawn, newer, type Patch } from "../kernel/patches";

/** A ticket as far as it is known: what lists and events bring, and what only its page shows. */
export type Ticket = ListedTicket & Partial<Pick<TicketDetail, "description_html" | "attachments">>;

const NOTHING: readonly Patch[] = [];
/** Longer than what refers to them is kept, so that no list names a ticket that is forgotten. */
export const KEPT_MS = 15 * 60_000;

/** Keeps tickets by id, each once: of two copies the one with the higher version. */
export function putTickets(cache: QueryClient, tickets: readonly Ticket[]): void {
  for (const ticket of tickets) {
    keepLonger(cache);
    cache.setQueryData<Ticket>(["ticket", ticket.id], (known) => newer(known, ticket));
  }
}

/** The ticket without what is still on its way to the server. */
export function ticketIn(cache: QueryClient, id: string): Ticket | undefined {
  return cache.getQueryData<Ticket>(["ticket", id]);
}

/** The changes on their way to the server. */
export function patchesOf(cache: QueryClient, id: string): readonly Patch[] {
  return cache.getQueryData<readonly Patch[]>(["patches", id]) ?? NOTHING;
}

export function setPatches(cache: QueryClient, id: string, change: (patches: readonly Patch[]) => Patch[]): void {
  cache.setQueryData<readonly Patch[]>(["patches", id], change(patchesOf(cache, id)));
}

/** The ticket with what was just set, whether the server has it or not. */
export function drawnTicket(cache: QueryClient, id: string): Ticket | undefined {
  const ticket = ticketIn(cache, id);
  return ticket === undefined ? undefined : drawn(ticket, patchesOf(cache, id));
}

/** The same for components: they show each change immediately. */
export function useTicket(id: string): Ticket | undefined {
  const ticket = useKept<Ticket>(["ticket", id]);
  const patches = useKept<readonly Patch[]>(["patches", id]);
  return ticket === undefined ? undefined : drawn(ticket, patches ?? NOTHING);
}

/** Something in the cache that is never fetched automatically. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the type of the value
export function useKept<T>(key: readonly unknown[]): T | undefined {
  const cache = useQueryClient();
  return useQuery<T>({ queryKey: key, enabled: false, gcTime: KEPT_MS, queryFn: () => cache.getQueryData<T>(key) as T })
    .data;
}

function keepLonger(cache: QueryClient): void {
  if (cache.getQueryDefaults(["ticket"]).gcTime !== KEPT_MS) cache.setQueryDefaults(["ticket"], { gcTime: KEPT_MS });
}
