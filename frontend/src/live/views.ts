import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { askOrThrow, countViews, listDrafts, listViews, type ViewView } from "../api";
import { onChangedTickets } from "./lists";

/** A saved view. */
export type SavedView = ViewView;

const COUNTS_MS = 2_000;

/** The member's own views and those that others share. */
export const savedViews = queryOptions({
  queryKey: ["views"],
  queryFn: ({ signal }): Promise<SavedView[]> =>
    askOrThrow(listViews({ query: { counts: false, limit: 100 }, signal })),
});

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

/** Keeps the counts of the views right while this is shown: at most every two seconds. */
export function useLiveCounts(): ReadonlyMap<string, Count> | undefined {
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onChangedTickets(cache, () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refreshCounts(cache);
      }, COUNTS_MS);
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
