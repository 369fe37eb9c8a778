import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { askOrThrow, findPeople, listCategories, listContacts, listGroups, listTags } from "../api";

/** Members of the staff whose name or address holds `words`, those whose name begins with them first. */
export function people(words: string) {
  return queryOptions({
    queryKey: ["people", words],
    queryFn: ({ signal }) =>
      askOrThrow(findPeople({ query: { ...(words === "" ? {} : { q: words }), limit: 20 }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Contacts whose name, address or company holds `words`. */
export function contactsLike(words: string) {
  return queryOptions({
    queryKey: ["contacts", words],
    queryFn: async ({ signal }) =>
      (await askOrThrow(listContacts({ query: { search: words, limit: 8 }, signal }))).contacts,
    placeholderData: keepPreviousData,
  });
}

export const tags = queryOptions({
  queryKey: ["tags"],
  queryFn: ({ signal }) => askOrThrow(listTags({ signal })),
});

export const groups = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => askOrThrow(listGroups({ signal })),
});

export const categories = queryOptions({
  queryKey: ["categories"],
  queryFn: ({ signal }) => askOrThrow(listCategories({ signal })),
});
