import { queryOptions } from "@tanstack/react-query";

import { askOrThrow, getMailHtml, getMailOfComment, getMailOfTicket, getRecipients, listLinks } from "../../api";
import { record } from "../../live/records";

/** A comment, or a ticket whose first words came by mail. */
export interface MailPlace {
  readonly comment?: string | undefined;
  readonly ticket?: string | undefined;
}

/** The recipients of the next reply. */
export function nextMail(ticketId: string) {
  return queryOptions({
    queryKey: ["recipients", ticketId],
    queryFn: ({ signal }) => askOrThrow(getRecipients({ path: { ticket_id: ticketId }, signal })),
  });
}

/** The mail that words came by, or that brings them. */
export function mailOf({ comment, ticket = "" }: MailPlace) {
  const found =
    comment === undefined
      ? record("mails", `that opened ${ticket}`, (signal) => getMailOfTicket({ path: { ticket_id: ticket }, signal }))
      : record("mails", `of ${comment}`, (signal) => getMailOfComment({ path: { comment_id: comment }, signal }));
  return { ...found, staleTime: 0 };
}

/** A mail as it came, with quoted text. */
export function wholeMail(id: string) {
  return queryOptions({
    queryKey: ["whole mail", id],
    queryFn: ({ signal }) => askOrThrow(getMailHtml({ path: { mail_id: id }, signal })),
  });
}

/** The tickets that a mail wrote about without taking part in them. */
export function writtenAbout(ticketId: string) {
  return queryOptions({
    queryKey: ["written about", ticketId],
    queryFn: async ({ signal }) =>
      (await askOrThrow(listLinks({ path: { ticket_id: ticketId }, signal }))).filter(
        ({ kind, refers }) => kind === "related" && refers,
      ),
  });
}
