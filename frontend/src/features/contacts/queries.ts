import { getContact, getContactActivity, listContacts, listContactTickets } from "../../api";
import { pagedList, record } from "../../live/records";

type Sort = "name" | "email" | "created_at";

/** There can be very many: the server searches and sorts them. */
export const contactsQuery = (search: string, sort: Sort) => {
  const order = sort === "created_at" ? ("desc" as const) : ("asc" as const);
  const query = { sort, order, ...(search === "" ? {} : { search }) };
  return pagedList("contacts", query, async (each, signal) => {
    const { data, error, response } = await listContacts({ query: each, signal });
    const found = data?.data;
    return {
      error,
      response,
      ...(found === undefined ? {} : { data: { data: found.contacts, pagination: found.pagination } }),
    };
  });
};

export const contactQuery = (id: string) =>
  record("contacts", id, (signal) => getContact({ path: { contact_id: id }, signal }));

/** Their latest tickets, with the number of all. */
export const contactTicketsQuery = (id: string) =>
  record("contacts", `${id} tickets`, (signal) =>
    listContactTickets({
      path: { contact_id: id },
      query: { limit: 10, sort: "updated_at", order: "desc" },
      signal,
    }),
  );

export const contactActivityQuery = (id: string) =>
  record("contacts", `${id} activity`, (signal) =>
    getContactActivity({ path: { contact_id: id }, query: { limit: 10 }, signal }),
  );
