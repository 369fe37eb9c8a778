import { infiniteQueryOptions } from "@tanstack/react-query";

import { askOrThrow, type ListedTicket, listTickets } from "../api";
import type { ListQuery } from "../kernel/views";

const ROWS = 50;

/** A list of tickets, page after page by cursor. */
export function ticketList(query: ListQuery) {
  return infiniteQueryOptions({
    queryKey: ["list", query],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const page = await askOrThrow(
        listTickets({ query: { ...query, ...cursor, limit: ROWS, fields: "row" }, signal }),
      );
      return page;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.pagination.nextCursor,
  });
}

/** The tickets of the pages so far, each once. */
export function rowsOf(pages: readonly { tickets: readonly ListedTicket[] }[] | undefined): ListedTicket[] {
  const seen = new Map<string, ListedTicket>();
  for (const page of pages ?? []) for (const ticket of page.tickets) seen.set(ticket.id, ticket);
  return [...seen.values()];
}
