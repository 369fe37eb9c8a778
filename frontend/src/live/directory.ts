import { type QueryClient, queryOptions } from "@tanstack/react-query";

import {
  ask,
  askOrThrow,
  findPeople,
  getContact,
  getFormFor,
  getTicket,
  listCategories,
  listContacts,
  listFields,
  listGroups,
  listStatuses,
  listTags,
  listTickets,
} from "../api";

import { atMost } from "../kernel/queue";
import { person } from "./names";

/** The most entries of a short list that are fetched. */
const MOST = 100;
const FOUND = 20;
const fewTogether = atMost(3);

export const groups = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => askOrThrow(listGroups({ query: { limit: MOST }, signal })),
});

export const categories = queryOptions({
  queryKey: ["categories"],
  queryFn: ({ signal }) => askOrThrow(listCategories({ query: { limit: MOST }, signal })),
});

export const tags = queryOptions({
  queryKey: ["tags"],
  queryFn: ({ signal }) => askOrThrow(listTags({ query: { limit: MOST }, signal })),
});

/** The fields that the organization defines for tickets, in their order. */
export const fieldDefinitions = queryOptions({
  queryKey: ["fields"],
  queryFn: ({ signal }) => askOrThrow(listFields({ query: { limit: MOST, target: "ticket" }, signal })),
});

/** The fields that the organization defines for contacts, in their order. */
export const contactFields = queryOptions({
  queryKey: ["fields", "contact"],
  queryFn: ({ signal }) => askOrThrow(listFields({ query: { limit: MOST, target: "contact" }, signal })),
});

/** The organization's own statuses, in their order, retired ones too. */
export const ownStatuses = queryOptions({
  queryKey: ["statuses"],
  queryFn: ({ signal }) => askOrThrow(listStatuses({ query: { limit: MOST }, signal })),
});

/** The form of a category's tickets: which fields they have, in which order, and under which conditions. */
export function formFor(categoryId: string | null) {
  return queryOptions({
    queryKey: ["form", categoryId],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      askOrThrow(getFormFor({ query: categoryId === null ? {} : { category_id: categoryId }, signal })),
  });
}

/** Members of the staff by part of a name or address. */
export function staffNamed(cache: QueryClient, typed: string) {
  return cache.query({
    queryKey: ["people", typed],
    staleTime: 15_000,
    queryFn: ({ signal }) =>
      askOrThrow(findPeople({ query: { ...(typed === "" ? {} : { q: typed }), limit: FOUND }, signal })),
  });
}

/** What a field can refer to, by part of a name: `id` is its value. */
export async function lookUp(
  cache: QueryClient,
  kind: "agent" | "contact" | "ticket",
  typed: string,
): Promise<{ id: string; name: string; detail: string }[]> {
  if (kind === "agent")
    return (await staffNamed(cache, typed)).map(({ id, name, email }) => ({ id, name, detail: email }));
  const search = typed === "" ? {} : { search: typed };
  if (kind === "contact") {
    const { contacts } = await askOrThrow(listContacts({ query: { ...search, limit: FOUND } }));
    return contacts.map(({ id, name, email }) => ({ id, name, detail: email }));
  }
  const number = /^#?(\d{1,9})$/.exec(typed)?.[1];
  const [numbered, { tickets }] = await Promise.all([
    number === undefined ? undefined : ask(getTicket({ path: { ticket_id: number } })),
    askOrThrow(listTickets({ query: { ...search, limit: FOUND, fields: "row" } })),
  ]);
  const first = numbered?.ok === true ? [numbered.value] : [];
  const others = tickets.filter(({ id }) => id !== first[0]?.id);
  return [...first, ...others].map(({ id, number: of, subject }) => ({ id, name: subject, detail: `#${of}` }));
}

/** The name of the thing that a field refers to. */
export function lookedUp(kind: "agent" | "contact" | "ticket", id: string) {
  return queryOptions({
    queryKey: ["looked-up", kind, id],
    queryFn: async ({ signal, client }) => {
      if (kind === "agent") return (await client.query(person(id)))?.name ?? id;
      // A table may show many of them.
      return fewTogether(async () => {
        if (kind === "contact") return (await askOrThrow(getContact({ path: { contact_id: id }, signal }))).name;
        const { number, subject } = await askOrThrow(getTicket({ path: { ticket_id: id }, signal }));
        return `#${number} ${subject}`;
      });
    },
    retry: false,
  });
}
