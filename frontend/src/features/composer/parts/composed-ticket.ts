import type { TicketDetail } from "../../../api";

/** What the composer has to know of a ticket. */
export type ComposedTicket = Pick<
  TicketDetail,
  "id" | "number" | "version" | "updated_at" | "assignee_id" | "requester"
>;
