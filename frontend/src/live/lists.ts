import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { ask, askOrThrow, listTickets, matchTickets } from "../api";
import type { PageOfRows } from "../kernel/listing";
import { requestOf, type View } from "../kernel/views";
import { onTicketChanged } from "./applying";
import { putTickets, type Ticket } from "./entities";

/** Rows of a page. */
export const PAGE_SIZE = 50;
/** As many tickets as `match` and `ids` take in one request. */
const MOST = 100;
const PAUSE_MS = 300;

/** A page of a list: the ids in their order. The tickets are in the cache, each once. */
export type RowPage = PageOfRows<{ readonly id: string; readonly number: number }>;

export function pageKey(view: View, number: number): readonly unknown[] {
  return ["rows", view, number];
}

/** One page of a list, from 0: by the cursor of the page before where that is known, else by its number. */
export function rowPage(view: View, number: number) {
  return queryOptions({
    queryKey: pageKey(view, number),
    queryFn: async ({ signal, client }): Promise<RowPage> => {
      const before = client.getQueryData<RowPage>(pageKey(view, number - 1));
      if (before?.next === null) return { rows: [], next: null, total: before.total };
      const place = before === undefined ? { page: number + 1 } : { cursor: before.next };
      const query = { ...requestOf(view), ...place, limit: PAGE_SIZE, fields: "row" } as const;
      const { tickets, pagination } = await askOrThrow(listTickets({ query, signal }));
      putTickets(client, tickets);
      return {
        rows: tickets.map((ticket) => ({ id: ticket.id, number: ticket.number })),
        next: pagination.nextCursor,
        total: pagination.total,
      };
    },
  });
}

/** Fetches what rows show of some tickets again. Failures are left to the next change. */
export async function refreshRows(cache: QueryClient, ids: readonly string[]): Promise<void> {
  for (const some of parts(ids)) {
    const answer = await ask(listTickets({ query: { ids: some.join(","), limit: MOST, fields: "row" } }));
    if (answer.ok) putTickets(cache, answer.value.tickets);
  }
}

/** Which of the tickets belong to a list; `null` if that could not be asked. */
export async function belonging(view: View, ids: readonly string[]): Promise<ReadonlySet<string> | null> {
  const found = new Set<string>();
  for (const some of parts(ids)) {
    const body = { ids: some, specs: [{ filter: view.filter, query: view.query }] };
    const answer = await ask(matchTickets({ body: body as never }));
    if (!answer.ok) return null;
    answer.value.matches[0]?.forEach((id) => found.add(id));
  }
  return found;
}

/**
 * Calls back with the tickets that have changed, those of 0.3 s together: by events, and by own acts, which give a
 * ticket of the cache a new version. Returns how to stop.
 */
export function onChangedTickets(cache: QueryClient, listener: (ids: readonly string[]) => void): () => void {
  const waiting = new Set<string>();
  const versions = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const touch = (id: string) => {
    waiting.add(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      const ids = [...waiting];
      waiting.clear();
      listener(ids);
    }, PAUSE_MS);
  };
  const stopEvents = onTicketChanged(({ id }) => touch(id));
  const stopActs = cache.getQueryCache().subscribe(({ type, query }) => {
    const [kind, id] = query.queryKey as [unknown, unknown];
    if (type !== "updated" || kind !== "ticket" || typeof id !== "string") return;
    const version = (query.state.data as Ticket | undefined)?.version;
    if (version === undefined) return;
    const known = versions.get(id);
    versions.set(id, version);
    if (known !== undefined && known !== version) touch(id);
  });
  return () => {
    clearTimeout(timer);
    stopEvents();
    stopActs();
  };
}

function* parts(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += MOST) yield ids.slice(from, from + MOST);
}
