import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";

import { type Answer, ask, ifMatch, type Problem, RefusedError } from "../api";

/** A record with what `If-Match` of the next write says. */
export interface Versioned<Value> {
  readonly value: Value;
  readonly etag: string | null;
}

interface Result<Body> {
  data?: Body;
  error?: unknown;
  response?: Response;
}

interface Pages<Item> {
  data: Item[];
  pagination: { total: number; hasNextPage: boolean };
}

const LARGEST_PAGE = 100;
const MOST_PAGES = 20;

/** A list that is fetched as a whole: those of an organization's settings are short. At most 2,000 items. */
export function wholeList<Item>(
  noun: string,
  fetchPage: (query: { page: number; limit: number }, signal: AbortSignal) => Promise<Result<Pages<Item>>>,
) {
  return queryOptions({
    queryKey: ["records", noun, "all"],
    queryFn: async ({ signal }): Promise<{ items: Item[]; total: number }> => {
      const items: Item[] = [];
      for (let page = 1; ; page += 1) {
        const answer = await ask(fetchPage({ page, limit: LARGEST_PAGE }, signal));
        if (!answer.ok) throw new RefusedError(answer.problem);
        const { data, pagination } = answer.body;
        items.push(...data);
        if (!pagination.hasNextPage || page === MOST_PAGES) return { items, total: pagination.total };
      }
    },
  });
}

/** A list that may be long: a page at a time, searched by the server. `query` is part of its name in the cache. */
export function pagedList<Item, Query extends object>(
  noun: string,
  query: Query,
  fetchPage: (query: Query & { page: number; limit: number }, signal: AbortSignal) => Promise<Result<Pages<Item>>>,
) {
  return infiniteQueryOptions({
    queryKey: ["records", noun, "pages", query],
    queryFn: async ({ pageParam, signal }) => {
      const answer = await ask(fetchPage({ ...query, page: pageParam, limit: 50 }, signal));
      if (!answer.ok) throw new RefusedError(answer.problem);
      return answer.body;
    },
    initialPageParam: 1,
    getNextPageParam: (last, _pages, page) => (last.pagination.hasNextPage ? page + 1 : undefined),
  });
}

/** One record, by its id. */
export function record<Body>(noun: string, id: string, fetchIt: (signal: AbortSignal) => Promise<Result<Body>>) {
  return queryOptions({
    queryKey: ["records", noun, "one", id],
    queryFn: async ({ signal }) => {
      const answer = await ask(fetchIt(signal));
      if (!answer.ok) throw new RefusedError(answer.problem);
      return { value: answer.value, etag: answer.etag };
    },
  });
}

/** Everything of a noun is fetched again where it is shown, after a write. */
export async function changed(cache: QueryClient, ...nouns: readonly string[]): Promise<void> {
  await Promise.all(nouns.map((noun) => cache.invalidateQueries({ queryKey: ["records", noun] })));
}

/** Everything of a noun but one record, which is gone, is fetched again where it is shown. */
export async function changedBut(cache: QueryClient, gone: string | undefined, ...nouns: readonly string[]) {
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[3] !== gone;
  await Promise.all(nouns.map((noun) => cache.invalidateQueries({ queryKey: ["records", noun], predicate })));
}

/** The problem of an answer, or undefined: what a form's `save` returns. */
export function problemIn(answer: Answer<unknown>): Problem | undefined {
  return answer.ok ? undefined : answer.problem;
}

/** The header by which a write is refused if a colleague has changed the record since it was read; none if unknown. */
export function sinceRead(
  cache: QueryClient,
  query: { readonly queryKey: readonly unknown[] },
): { headers?: ReturnType<typeof ifMatch> } {
  const etag = cache.getQueryData<Versioned<unknown>>(query.queryKey)?.etag ?? null;
  return etag === null ? {} : { headers: ifMatch(etag) };
}
