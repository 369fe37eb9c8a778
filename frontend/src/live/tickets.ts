import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import {
  ask,
  askOrThrow,
  getTicket,
  listAgents,
  listComments,
  type ListedTicket,
  listTickets,
  RefusedError,
} from "../api";
import type { ListQuery } from "../kernel/views";

const ROWS = 50;
const COMMENTS = 100;
const ids = new Map<number, string>();

/** A list of tickets, page after page by cursor. */
export function ticketList(query: ListQuery) {
  return infiniteQueryOptions({
    queryKey: ["list", query],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const page = await askOrThrow(
        listTickets({ query: { ...query, ...cursor, limit: ROWS, fields: "row" }, signal }),
      );
      page.tickets.forEach((ticket) => ids.set(ticket.number, ticket.id));
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

/** The id behind a number of an address; `null` if there is no such ticket. */
export function ticketId(number: number) {
  return queryOptions({
    queryKey: ["number", number],
    queryFn: async ({ signal }) => {
      const known = ids.get(number);
      if (known !== undefined) return known;
      const found = await askOrThrow(listTickets({ query: { search: `#${number}`, fields: "row", limit: 5 }, signal }));
      return found.tickets.find((ticket) => ticket.number === number)?.id ?? null;
    },
  });
}

/** A ticket with its description. */
export function ticket(id: string) {
  return queryOptions({
    queryKey: ["ticket", id],
    queryFn: ({ signal }) => askOrThrow(getTicket({ path: { ticket_id: id }, signal })),
  });
}

/** The comments of a ticket, newest page first. */
export function conversation(id: string) {
  return infiniteQueryOptions({
    queryKey: ["comments", id],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const answer = await ask(
        listComments({ path: { ticket_id: id }, query: { ...cursor, limit: COMMENTS, order: "desc" }, signal }),
      );
      if (!answer.ok) throw new RefusedError(answer.problem);
      return { comments: answer.value, next: answer.body.pagination?.nextCursor ?? null };
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

/** The staff that a ticket can be assigned to. */
export const staff = queryOptions({
  queryKey: ["staff"],
  queryFn: ({ signal }) => askOrThrow(listAgents({ query: { limit: 100, sort: "name", order: "asc" }, signal })),
});
