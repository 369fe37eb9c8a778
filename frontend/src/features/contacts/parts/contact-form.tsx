import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import {
  ask,
  type ContactView,
  createContact,
  deleteContact,
  type Problem,
  updateContact,
  type UpdateContact,
} from "../../../api";
import { contactFields } from "../../../live/directory";
import { changed, problemIn, sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { useGo } from "../../../ui/place";
import { contactQuery } from "../queries";
import { ContactActivity } from "./contact-activity";
import { ContactField, enteredFields, type FieldsForm, unreadable, valuesOfFields } from "./contact-field";
import { ContactMerge } from "./contact-merge";
import { ContactTickets } from "./contact-tickets";

/** Who a customer is, and below it what they have asked. */
export function ContactForm({ contact }: { contact: ContactView | undefined }) {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const go = useGo();
  const mayWrite = usePermission("contacts:write");
  const defined = useQuery(contactFields).data ?? [];
  const query = contactQuery(contact?.id ?? "new");
  const form = useForm({
    place: `contacts.${contact?.id ?? "new"}`,
    saved: { ...valuesOf(contact), ...valuesOfFields(defined, contact?.fields ?? {}) },
    save: async (values, changes) => {
      const { fields, wrong } = enteredFields(defined, changes);
      if (wrong.length > 0) return unreadable(wrong, t`This is no number.`);
      if (contact === undefined) {
        const { name, email, ...others } = values;
        const { phone, company, role, language } = others;
        const body = { name, email, fields, ...emptied({ phone, company, role, language }) };
        const answer = await ask(createContact({ body }));
        if (!answer.ok) return answer.problem;
        await changed(cache, "contacts");
        go(`/contacts/${answer.value.id}`);
        return undefined;
      }
      const own = Object.keys(fields).length === 0 ? {} : { fields };
      const body = { ...emptied(changes), ...own };
      const answer = await ask(updateContact({ path: { contact_id: contact.id }, body, ...sinceRead(cache, query) }));
      if (answer.ok) await changed(cache, "contacts");
      return problemIn(answer);
    },
    refresh: async () => {
      const { value } = await cache.query({ ...query, staleTime: 0 });
      return { ...valuesOf(value), ...valuesOfFields(defined, value.fields) };
    },
  });
  const since =
    contact === undefined
      ? ""
      : new Intl.DateTimeFormat(i18n.locale, { dateStyle: "long" }).format(new Date(contact.created_at));
  return (
    <FormPane
      form={form}
      title={contact?.name ?? t`New contact`}
      readOnly={!mayWrite}
      {...(contact === undefined ? { create: t`Create` } : { intro: t`Customer since ${since}` })}
      foot={contact === undefined ? null : <Foot contact={contact} />}
    >
      <FormText form={form} name="name" label={t`Name`} autoComplete="off" />
      <FormText form={form} name="email" label={t`E-mail address`} type="email" autoComplete="off" />
      <FormText form={form} name="phone" label={t`Telephone`} type="tel" autoComplete="off" />
      <FormText form={form} name="company" label={t`Company`} autoComplete="off" />
      <FormText form={form} name="role" label={t`Position`} help={t`What they do there`} autoComplete="off" />
      <FormSelect
        form={form}
        name="language"
        label={t`Language of mails to them`}
        choices={[
          { value: "", label: t`The one that they write` },
          { value: "en", label: "English" },
          { value: "de", label: "Deutsch" },
        ]}
      />
      {defined.map((field) => (
        <ContactField key={field.key} form={form as unknown as FieldsForm} field={field} disabled={!mayWrite} />
      ))}
      {contact === undefined || contact.verified ? null : (
        <p>
          <Trans>They have not confirmed their address yet.</Trans>
        </p>
      )}
    </FormPane>
  );
}

function valuesOf(contact: ContactView | undefined) {
  if (contact === undefined) return { name: "", email: "", phone: "", company: "", role: "", language: "" };
  const { name, email, phone, company, role, language } = contact;
  return {
    name,
    email,
    phone: phone ?? "",
    company: company ?? "",
    role: role === "customer" ? "" : role,
    language: language ?? "",
  };
}

/** What they have asked, and how to part with them. */
function Foot({ contact }: { contact: ContactView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const go = useGo();
  const mayDelete = usePermission("contacts:delete");
  const mayWrite = usePermission("contacts:write");

  async function remove(): Promise<Problem | undefined> {
    const answer = await ask(deleteContact({ path: { contact_id: contact.id } }));
    if (!answer.ok) return answer.problem;
    go("/contacts");
    await changed(cache, "contacts");
    return undefined;
  }

  return (
    <>
      <ContactTickets contact={contact} />
      <ContactActivity id={contact.id} />
      {mayDelete && mayWrite ? <ContactMerge contact={contact} /> : null}
      {mayDelete ? (
        <DangerZone>
          <DangerAct
            label={t`Delete this contact`}
            effect={
              <Plural
                value={contact.tickets_count}
                _0="They can no longer sign in."
                one="They can no longer sign in. Their ticket stays."
                other="They can no longer sign in. Their # tickets stay."
              />
            }
            act={remove}
          />
        </DangerZone>
      ) : null}
    </>
  );
}

/** An emptied field is cleared on the server. */
function emptied(changes: Partial<ReturnType<typeof valuesOf>>): UpdateContact {
  const { name, email, phone, company, role, language } = changes;
  const cleared = Object.entries({ phone, company, role, language })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, value?.trim() || null]);
  return {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(Object.fromEntries(cleared) as UpdateContact),
  };
}
