import { getUnsent, listSenders, listUnsent } from "../../api";
import { pagedList, record } from "../../live/records";

export const sendersQuery = pagedList("mail-senders", {}, (query, signal) => listSenders({ query, signal }));

export type UnsentState = NonNullable<NonNullable<Parameters<typeof listUnsent>[0]>["query"]>["state"];

/** Mail that waits to be sent, or could not be. */
export const unsentQuery = (state: UnsentState) =>
  pagedList("unsent", state == null ? {} : { state }, (query, signal) => listUnsent({ query, signal }));

export const deliveryQuery = (id: string) => ({
  ...record("unsent", id, (signal) => getUnsent({ path: { mail_delivery_id: id }, signal })),
  staleTime: 0,
});
