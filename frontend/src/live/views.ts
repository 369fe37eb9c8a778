import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import {
  type Answer,
  ask,
  askOrThrow,
  type CountsMessage,
  countViews,
  listDrafts,
  listViews,
  orderViews,
  RefusedError,
  type ViewView,
} from "../api";
import { inOrder } from "../kernel/views";
import { onChangedTickets } from "./lists";

/** A saved view. */
export type SavedView = ViewView;

const COUNTS_MS = 2_000;
/** Counts of saved views are not pushed: they are asked for again at most this often. */
const SAVED_MS = 5_000;
/** The counts of the built-in views come automatically. */
let pushed = false;

/** The member's own views and those that others share, in the member's own order. */
export const savedViews = queryOptions({
  queryKey: ["views"],
  queryFn: async ({ signal }): Promise<readonly SavedView[]> => {
    const answer = await ask(listViews({ query: { counts: false, limit: 100 }, signal }));
    if (!answer.ok) throw new RefusedError(answer.problem);
    return inOrder(answer.value, answer.body.order);
  },
});

/** Puts the saved views into an order, which shows immediately. */
export async function setViewOrder(cache: QueryClient, views: readonly SavedView[]): Promise<Answer<unknown>> {
  await cache.cancelQueries({ queryKey: savedViews.queryKey });
  cache.setQueryData(savedViews.queryKey, views);
  const answer = await ask(orderViews({ body: { ids: views.map(({ id }) => id) } }));
  if (!answer.ok) await cache.invalidateQueries({ queryKey: savedViews.queryKey });
  return answer;
}

/** The number of tickets of a view, by its name or id. `exact` is false where there are more. */
export interface Count {
  readonly count: number;
  readonly exact: boolean;
}

export const viewCounts = queryOptions({
  queryKey: ["counts"],
  queryFn: async ({ signal }): Promise<ReadonlyMap<string, Count>> => {
    const { built_in, saved } = await askOrThrow(countViews({ signal }));
    const known = [...built_in, ...saved].flatMap(({ id, count, count_exact: exact }) =>
      count === null ? [] : [[id, { count, exact: exact !== false }] as const],
    );
    return new Map(known);
  },
});

/** The member's drafts, latest first. */
export const drafts = queryOptions({
  queryKey: ["drafts"],
  queryFn: ({ signal }) => askOrThrow(listDrafts({ query: { limit: 100 }, signal })),
});

const LONGEST_LINE = 160;

/** The words of the member's own draft on a ticket in one line; `undefined` without one. */
export function useDraftLine(ticketId: string): string | undefined {
  const body = useQuery({
    ...drafts,
    select: (found) => found.find(({ ticket }) => ticket.id === ticketId)?.body,
  }).data;
  return body?.slice(0, LONGEST_LINE).replaceAll(/\s+/g, " ");
}

/** Keeps the pushed counts of the built-in views. */
export function heardCounts(cache: QueryClient, counts: CountsMessage["data"]): void {
  pushed = true;
  cache.setQueryData<ReadonlyMap<string, Count>>(viewCounts.queryKey, (known) => {
    const found = new Map(known ?? []);
    for (const [view, count] of Object.entries(counts)) found.set(view, { count, exact: true });
    return found;
  });
}

/** Keeps the counts of the views right while this is shown. */
export function useLiveCounts(): ReadonlyMap<string, Count> | undefined {
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onChangedTickets(cache, () => {
      if (pushed && (cache.getQueryData(savedViews.queryKey) ?? []).length === 0) return;
      timer ??= setTimeout(
        () => {
          timer = undefined;
          refreshCounts(cache);
        },
        pushed ? SAVED_MS : COUNTS_MS,
      );
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cache]);
  return useQuery(viewCounts).data;
}

/** Counts again: after an own act without waiting for its event. */
export function refreshCounts(cache: QueryClient): void {
  void cache.invalidateQueries({ queryKey: viewCounts.queryKey });
}
