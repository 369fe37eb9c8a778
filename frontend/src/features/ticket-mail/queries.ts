import { queryOptions } from "@tanstack/react-query";

import { askOrThrow, getRecipients } from "../../api";

/** The recipients of the next reply. */
export function nextMail(ticketId: string) {
  return queryOptions({
    queryKey: ["recipients", ticketId],
    queryFn: ({ signal }) => askOrThrow(getRecipients({ path: { ticket_id: ticketId }, signal })),
  });
}
