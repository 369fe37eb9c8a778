import {
  getImapAccount,
  listMailTemplates,
  getMail,
  getMailbox,
  getMailHtml,
  getMailTemplate,
  getMailStatus,
  getSelfTest,
  getSignIn,
  getSmtpAccount,
  listMailboxes,
  listMails,
  listQuarantine,
  listSuppressed,
  type MailTemplate,
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

/** The server that a mailbox sends through; a 404 for one without its own. */
export const smtpQuery = (id: string) => ({
  ...record("smtp", id, (signal) => getSmtpAccount({ path: { mailbox_id: id }, signal })),
  retry: false,
});

/** The sign-in of a mailbox at its provider; a 404 for one without. */
export const signInQuery = (id: string) => ({
  ...record("sign-in", id, (signal) => getSignIn({ path: { mailbox_id: id }, signal })),
  retry: false,
});

/** The last test of a mailbox, again and again until it is finished; a 404 for one that was not tested. */
export const selfTestQuery = (id: string) => ({
  ...record("self-test", id, (signal) => getSelfTest({ path: { mailbox_id: id }, signal })),
  retry: false,
  refetchInterval: (query: { state: { data: { value: { finished: boolean } } | undefined } }) =>
    query.state.data?.value.finished === false ? 1_000 : false,
});

export const templatesQuery = record("mail-templates", "all", (signal) => listMailTemplates({ signal }));

export const templateQuery = ({ kind, language }: Pick<MailTemplate, "kind" | "language">) =>
  record("mail-templates", `${kind}.${language}`, (signal) => getMailTemplate({ path: { kind, language }, signal }));
