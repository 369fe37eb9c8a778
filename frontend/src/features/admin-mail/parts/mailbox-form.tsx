import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createMailbox, deleteMailbox, type MailboxSettings, updateMailbox } from "../../../api";
import { groups } from "../../../live/directory";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, type Refusal, useForm } from "../../../ui/form/use-form";
import { mailboxQuery } from "../queries";
import { SECTIONS, useAfter } from "../../admin-frame";

const NEW = {
  name: "",
  addresses: [] as readonly string[],
  enabled: true,
  group_id: null,
  priority: "normal",
  tags: [] as readonly string[],
  language: null,
  automatic_mail: "ticket",
  failed_mail: "ticket",
  report_tickets: false,
  tickets_per_hour: 30,
  follow_up_days: 7,
  acknowledge: "never",
  sender_form: "mailbox",
  quote: "one",
  each_mailbox: false,
  signature: "",
  separator: "+",
  trusted_servers: [] as readonly string[],
  trusted_sealers: [] as readonly string[],
  form_senders: [] as readonly string[],
  address_groups: {} as Readonly<Record<string, string>>,
} as const;

type Known = Pick<
  MailboxSettings,
  | "name"
  | "enabled"
  | "group_id"
  | "priority"
  | "language"
  | "automatic_mail"
  | "failed_mail"
  | "report_tickets"
  | "tickets_per_hour"
  | "follow_up_days"
  | "acknowledge"
  | "sender_form"
  | "quote"
  | "each_mailbox"
  | "signature"
  | "separator"
> & {
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  readonly trusted_servers: readonly string[];
  readonly trusted_sealers: readonly string[];
  readonly form_senders: readonly string[];
  readonly address_groups: Readonly<Record<string, string>>;
};

function valuesOf(mailbox: Known, named: (id: string) => string) {
  return {
    name: mailbox.name,
    addresses: mailbox.addresses.join("\n"),
    enabled: mailbox.enabled,
    group_id: mailbox.group_id ?? "",
    priority: mailbox.priority as string,
    tags: mailbox.tags.join(", "),
    language: mailbox.language ?? "",
    automatic_mail: mailbox.automatic_mail as string,
    failed_mail: mailbox.failed_mail as string,
    report_tickets: mailbox.report_tickets,
    tickets_per_hour: String(mailbox.tickets_per_hour),
    follow_up_days: String(mailbox.follow_up_days),
    acknowledge: mailbox.acknowledge as string,
    sender_form: mailbox.sender_form as string,
    quote: mailbox.quote as string,
    each_mailbox: mailbox.each_mailbox,
    signature: mailbox.signature,
    separator: mailbox.separator as string,
    trusted_servers: mailbox.trusted_servers.join("\n"),
    trusted_sealers: mailbox.trusted_sealers.join("\n"),
    form_senders: mailbox.form_senders.join("\n"),
    address_groups: Object.entries(mailbox.address_groups)
      .map(([address, id]) => `${address} = ${named(id)}`)
      .join("\n"),
  };
}

type Values = ReturnType<typeof valuesOf>;

/** A mailbox: its addresses, what its mail becomes, and how answers go out. */
export function MailboxForm({ mailbox }: { mailbox: MailboxSettings | undefined }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.mailboxes, "mailboxes");
  const mayManage = usePermission("mail:manage");
  const known = useQuery(groups).data ?? [];
  const named = (id: string): string => known.find((group) => group.id === id)?.name ?? id;
  const identified = (name: string): string =>
    known.find((group) => group.name.toLowerCase() === name.toLowerCase())?.id ?? name;
  const query = mailboxQuery(mailbox?.id ?? "new");
  const form = useForm<Values>({
    place: `mailboxes.${mailbox?.id ?? "new"}`,
    saved: valuesOf(mailbox ?? NEW, named),
    save: async (values, changes) =>
      placed(
        mailbox === undefined
          ? await after.created(await ask(createMailbox({ body: bodyOf(values, identified) as never })))
          : await after.saved(
              await ask(
                updateMailbox({
                  path: { mailbox_id: mailbox.id },
                  body: bodyOf(changes, identified),
                  ...sinceRead(cache, query),
                }),
              ),
            ),
      ),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value, named),
  });
  return (
    <FormPane
      form={form}
      title={mailbox?.name ?? t`New mailbox`}
      readOnly={!mayManage}
      {...(mailbox === undefined ? { create: t`Create` } : {})}
      foot={
        mailbox === undefined || mailbox.is_default || !mayManage ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this mailbox`}
              effect={<Trans>Mail to its addresses is refused. Its tickets stay.</Trans>}
              act={async () => after.deleted(await ask(deleteMailbox({ path: { mailbox_id: mailbox.id } })))}
            />
          </DangerZone>
        )
      }
    >
      <Fields form={form} />
    </FormPane>
  );
}

function Fields({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const known = useQuery(groups).data ?? [];
  return (
    <>
      <FormText form={form} name="name" label={t`Name`} help={t`Customers see it as the sender.`} />
      <FormArea
        form={form}
        name="addresses"
        label={t`Addresses`}
        help={t`One a line. Mail goes out under the first; @example.com takes mail for a whole domain.`}
        mono
      />
      <FormCheck form={form} name="enabled" label={t`On`} help={t`Switched off, mail to it is refused.`} />
      <FormSelect
        form={form}
        name="group_id"
        label={t`Group of its tickets`}
        choices={[{ value: "", label: t`No group` }, ...known.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <FormSelect
        form={form}
        name="priority"
        label={t`Priority of its tickets`}
        choices={[
          { value: "low", label: t`Low` },
          { value: "normal", label: t`Normal` },
          { value: "high", label: t`High` },
          { value: "urgent", label: t`Urgent` },
        ]}
      />
      <FormText form={form} name="tags" label={t`Tags of its tickets`} help={t`Separated by commas`} />
      <FormText
        form={form}
        name="language"
        label={t`Language of its mails`}
        help={t`Such as en or de; empty for that of the organization`}
      />
      <IncomingFields form={form} />
      <FormSelect
        form={form}
        name="sender_form"
        label={t`Answers come from`}
        choices={[
          { value: "mailbox", label: t`the mailbox` },
          { value: "person", label: t`the agent's name and the mailbox` },
        ]}
      />
      <FormSelect
        form={form}
        name="quote"
        label={t`Answers quote`}
        choices={[
          { value: "one", label: t`the message that they answer` },
          { value: "all", label: t`the whole conversation` },
          { value: "none", label: t`nothing` },
        ]}
      />
      <FormCheck
        form={form}
        name="each_mailbox"
        label={t`A ticket of its own`}
        help={t`Also of mail that another mailbox gets, too.`}
      />
      <FormSelect
        form={form}
        name="separator"
        label={t`Words in its address`}
        choices={[
          { value: "+", label: t`after +`, help: t`Answers are found by support+word@example.com.` },
          { value: "-", label: t`after -` },
          { value: "", label: t`none`, help: t`Subjects carry the ticket's number instead.` },
        ]}
      />
      <FormArea
        form={form}
        name="trusted_servers"
        label={t`Trusted servers`}
        help={t`Servers that are believed about who sent a mail, one a line, such as mx.google.com`}
        mono
      />
      <FormArea
        form={form}
        name="trusted_sealers"
        label={t`Trusted forwarders`}
        help={t`Domains of lists and forwarders whose seals (ARC) are believed about who sent a mail, one a line`}
        mono
      />
      <FormArea
        form={form}
        name="form_senders"
        label={t`Web forms`}
        help={t`Addresses, or @example.com, one a line: who writes is in the Reply-To of their mails.`}
        mono
      />
      <FormArea
        form={form}
        name="address_groups"
        label={t`Groups of aliases`}
        help={t`One a line, such as billing@example.com = Billing; billing after the + of another address counts too.`}
        mono
      />
      <FormArea form={form} name="signature" label={t`Signature`} help={t`Below each answer that goes out by mail`} />
    </>
  );
}

/** What becomes of mail that comes in. */
function IncomingFields({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  return (
    <>
      <FormSelect
        form={form}
        name="automatic_mail"
        label={t`Mail that a program sent`}
        choices={[
          { value: "ticket", label: t`becomes a ticket` },
          { value: "quarantine", label: t`waits in quarantine` },
          { value: "ignore", label: t`is ignored` },
        ]}
      />
      <FormSelect
        form={form}
        name="failed_mail"
        label={t`Mail whose sender is forged`}
        choices={[
          { value: "quarantine", label: t`waits in quarantine` },
          { value: "ticket", label: t`becomes a ticket` },
        ]}
      />
      <FormCheck form={form} name="report_tickets" label={t`Reports about mails of others become tickets`} />
      <FormText form={form} name="tickets_per_hour" label={t`Tickets of one sender an hour`} inputMode="numeric" />
      <FormText
        form={form}
        name="follow_up_days"
        label={t`Days in which answers reopen closed tickets`}
        inputMode="numeric"
      />
      <FormSelect
        form={form}
        name="acknowledge"
        label={t`New requests are acknowledged`}
        choices={[
          { value: "never", label: t`never` },
          { value: "proven", label: t`to proven senders` },
          { value: "always", label: t`always` },
        ]}
      />
    </>
  );
}

/** What changed, as v1 takes it. */
function bodyOf(changes: Partial<Values>, identified: (name: string) => string): object {
  const { addresses, tags, group_id: group, language, address_groups: routes, ...others } = changes;
  const { tickets_per_hour: limit, follow_up_days: days, ...rest } = others;
  const lists = LISTS.flatMap((name) => (rest[name] === undefined ? [] : [[name, parts(rest[name], "\n")] as const]));
  return {
    ...rest,
    ...Object.fromEntries(lists),
    ...(limit === undefined ? {} : { tickets_per_hour: Number(limit) }),
    ...(days === undefined ? {} : { follow_up_days: Number(days) }),
    ...(addresses === undefined ? {} : { addresses: parts(addresses, "\n") }),
    ...(routes === undefined ? {} : { address_groups: routesOf(routes, identified) }),
    ...(tags === undefined ? {} : { tags: parts(tags, ",") }),
    ...(group === undefined ? {} : { group_id: group === "" ? null : group }),
    ...(language === undefined ? {} : { language: language.trim() === "" ? null : language.trim() }),
  };
}

const LISTS = ["trusted_servers", "trusted_sealers", "form_senders"] as const;

/** Groups by address, from lines such as `billing@shop.example = Billing`. */
function routesOf(text: string, identified: (name: string) => string): Record<string, string> {
  return Object.fromEntries(
    parts(text, "\n").map((line) => {
      const [address = "", ...name] = line.split("=");
      return [address.trim(), identified(name.join("=").trim())];
    }),
  );
}

function parts(text: string, by: string): string[] {
  return text
    .split(by)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Puts the refusal of one address or tag, `addresses.0`, at the field that holds it. */
function placed(refusal: Refusal | undefined): Refusal | undefined {
  if (refusal === undefined) return undefined;
  const fields = Object.entries(refusal.fields).map(([path, sentence]) => [path.split(".")[0] ?? path, sentence]);
  return { ...refusal, fields: Object.fromEntries(fields) as Record<string, string> };
}
