import {
  getImapAccount,
  listMailTemplates,
  getMail,
  getMailbox,
  getMailHtml,
  getMailStatus,
  listMailboxes,
  listMails,
  listQuarantine,
  listSuppressed,
} from "../../api";
import { pagedList, record, wholeList } from "../../live/records";

export const mailboxesQuery = wholeList("mailboxes", (query, signal) => listMailboxes({ query, signal }));

export const mailboxQuery = (id: string) =>
  record("mailboxes", id, (signal) => getMailbox({ path: { mailbox_id: id }, signal }));

export type MailState = NonNullable<NonNullable<Parameters<typeof listMails>[0]>["query"]>["state"];

/** The log of received mail, or what waits in quarantine. */
export const mailsQuery = (state: MailState) =>
  pagedList("mails", state == null ? {} : { state }, (query, signal) =>
    state === "quarantined"
      ? listQuarantine({ query: { page: query.page, limit: query.limit }, signal })
      : listMails({ query, signal }),
  );

export const mailQuery = (id: string) => record("mails", id, (signal) => getMail({ path: { mail_id: id }, signal }));

export const mailHtmlQuery = (id: string) =>
  record("mails", `${id} html`, (signal) => getMailHtml({ path: { mail_id: id }, signal }));

export const suppressedQuery = pagedList("suppressed", {}, (query, signal) => listSuppressed({ query, signal }));

export const mailStatusQuery = {
  ...record("mails", "status", (signal) => getMailStatus({ signal })),
  staleTime: 0,
  refetchInterval: 60_000,
};

/** How a mailbox is read by IMAP; a 404 for one that is not. */
export const imapQuery = (id: string) => ({
  ...record("imap", id, (signal) => getImapAccount({ path: { mailbox_id: id }, signal })),
  retry: false,
});

export const templatesQuery = record("mail-templates", "all", (signal) => listMailTemplates({ signal }));
