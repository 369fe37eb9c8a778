import { keepPreviousData, type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";

import type { RefusedError } from "../../../api";
import { judge, type Laid, lay, NOTHING_WAITS, pagesFor, type Waiting } from "../../../kernel/listing";
import type { View } from "../../../kernel/views";
import {
  belonging,
  onChangedTickets,
  PAGE_SIZE,
  pageKey,
  refreshRows,
  type RowPage,
  rowPage,
} from "../../../live/lists";

/** Rows that are loaded before they are needed. */
const AHEAD = 30;
const MOST_PAGES = 40;

export type Rows = Laid<{ readonly id: string; readonly number: number }>;

/** A list as far as it is loaded, and what waits to be shown in it. */
export interface Listing {
  readonly state: "loading" | "failed" | "shown";
  readonly laid: Rows;
  /** These are the rows of the list before: the new ones are on their way. */
  readonly old: boolean;
  readonly problem: RefusedError | Error | null;
  readonly waiting: Waiting;
  /** Loads what a window from one place to another needs. */
  want: (first: number, last: number) => void;
  /** Shows what waits, in a window from one place to another. */
  renew: (first: number, last: number) => void;
  retry: () => void;
}

/** The list of a view, page by page. Rows change in place; what would move them waits for `renew`. */
export function useListing(view: View): Listing {
  const cache = useQueryClient();
  const key = JSON.stringify(view);
  const [pages, setPages] = useState<{ key: string; numbers: readonly number[] }>({ key, numbers: [0] });
  const [noted, setNoted] = useState<{ key: string; waiting: Waiting }>({ key, waiting: NOTHING_WAITS });
  const first = useQuery({ ...rowPage(view, 0), placeholderData: keepPreviousData });
  const numbers = pages.key === key && !first.isPlaceholderData ? pages.numbers : [0];
  const later = numbers.filter((number) => number > 0);
  const others = useQueries({ queries: later.map((number) => rowPage(view, number)) });
  const loaded = new Map<number, RowPage>();
  if (first.data !== undefined) loaded.set(0, first.data);
  others.forEach(({ data }, at) => {
    const number = later[at];
    if (data !== undefined && number !== undefined) loaded.set(number, data);
  });
  const laid = lay(loaded, PAGE_SIZE);
  const waiting = noted.key === key ? noted.waiting : NOTHING_WAITS;

  const look = useEffectEvent((ids: readonly string[]) => {
    void refreshRows(
      cache,
      ids.filter((id) => laid.places.has(id)),
    );
    void belonging(view, ids).then((belong) => {
      if (belong === null) return;
      setNoted((before) => {
        const known = before.key === key ? before.waiting : NOTHING_WAITS;
        return { key, waiting: judge(known, laid.places, ids, belong) };
      });
    });
  });
  useEffect(() => onChangedTickets(cache, (ids) => look(ids)), [cache]);

  return {
    state: first.data !== undefined ? "shown" : first.isError ? "failed" : "loading",
    laid,
    old: first.isPlaceholderData,
    problem: first.error,
    waiting,
    want: (from, to) => {
      if (first.isPlaceholderData) return;
      const needed = pagesFor(from, to, AHEAD, PAGE_SIZE, laid.total);
      if (needed.every((number) => numbers.includes(number))) return;
      const middle = needed[0] ?? 0;
      const all = [...new Set([...numbers, ...needed])].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
      setPages({ key, numbers: all.slice(0, MOST_PAGES) });
    },
    renew: (from, to) => {
      const seen = [...new Set([0, ...pagesFor(from, to, 0, PAGE_SIZE, laid.total)])];
      setNoted({ key, waiting: NOTHING_WAITS });
      setPages({ key, numbers: seen });
      void renew(cache, view, seen);
    },
    retry: () => void first.refetch(),
  };
}

/** Fetches these pages again in their order, for each begins where the one before ends; others are dropped. */
async function renew(cache: QueryClient, view: View, numbers: readonly number[]): Promise<void> {
  const key = JSON.stringify(view);
  cache.removeQueries({
    queryKey: ["rows"],
    predicate: ({ queryKey: [, of, number] }) => JSON.stringify(of) === key && !numbers.includes(number as number),
  });
  for (const number of numbers) await cache.refetchQueries({ queryKey: pageKey(view, number), exact: true });
}
