import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, getOrganization, type OrganizationView, updateOrganizationSettings } from "../../../api";
import { changed, problemIn, record, sinceRead } from "../../../live/records";
import { useMember } from "../../../live/session";
import { FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Recorded } from "../../../ui/manage/recorded";
import { AdminPage, SECTIONS } from "../../admin-frame";

const organizationQuery = (id: string) =>
  record("organization", id, (signal) => getOrganization({ path: { organization_id: id }, signal }));

/** Name, domain, zone and language of the organization, and what customers see of it. */
export default function OrganizationPage() {
  const found = useQuery(organizationQuery(useMember().organizationId));
  return (
    <AdminPage section={SECTIONS.organization}>
      <Recorded query={found} value={found.data}>
        {({ value }) => <OrganizationForm organization={value} />}
      </Recorded>
    </AdminPage>
  );
}

function valuesOf(organization: OrganizationView) {
  const { settings } = organization;
  return {
    name: organization.name,
    domain: organization.domain ?? "",
    "settings.time_zone": settings.time_zone,
    "settings.language": settings.language,
    "settings.signup_allowed": settings.signup_allowed,
    "settings.undo_days": String(settings.undo_days),
    "settings.business_name": settings.business_name ?? "",
    "settings.support_email": settings.support_email ?? "",
    "settings.website": settings.website ?? "",
    "settings.phone": settings.phone ?? "",
  };
}

function OrganizationForm({ organization }: { organization: OrganizationView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const query = organizationQuery(organization.id);
  const form = useForm({
    place: "organization",
    saved: valuesOf(organization),
    save: async (_values, changes) => {
      const answer = await ask(updateOrganizationSettings({ body: bodyOf(changes), ...sinceRead(cache, query) }));
      if (answer.ok) await changed(cache, "organization");
      return problemIn(answer);
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <FormPane form={form} title={t`Organization`}>
      <FormText form={form} name="name" label={t`Name`} />
      <FormText form={form} name="domain" label={t`Domain`} help={t`The part of your addresses after the @`} />
      <FormSelect
        form={form}
        name="settings.time_zone"
        label={t`Time zone`}
        help={t`For days in searches and reports, and for the morning's summary`}
        choices={[...new Set(["UTC", ...zones])].map((zone) => ({ value: zone, label: zone }))}
      />
      <FormSelect
        form={form}
        name="settings.language"
        label={t`Language of mails and notifications`}
        choices={[
          { value: "en", label: "English" },
          { value: "de", label: "Deutsch" },
        ]}
      />
      <FormCheck
        form={form}
        name="settings.signup_allowed"
        label={t`Customers may sign up`}
        help={t`Without it, customers exist once a ticket names them or your team adds them.`}
      />
      <FormText
        form={form}
        name="settings.undo_days"
        label={t`Days in which a command can be undone`}
        help={t`After a command on many tickets, a macro or a rule; 1 to 30`}
      />
      <h2>
        <Trans>Shown to customers</Trans>
      </h2>
      <FormText form={form} name="settings.business_name" label={t`Business name`} />
      <FormText form={form} name="settings.support_email" type="email" label={t`Support address`} />
      <FormText form={form} name="settings.website" type="url" label={t`Website`} />
      <FormText form={form} name="settings.phone" type="tel" label={t`Phone`} />
    </FormPane>
  );
}

/** The changes as v1 takes them: those of `settings.` in an object of their own, emptied texts as null. */
function bodyOf(changes: Readonly<Record<string, string | boolean>>) {
  const body: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changes)) {
    const plain = value === "" && name !== "name" ? null : value;
    const days = name === "settings.undo_days" ? Number(plain ?? Number.NaN) : Number.NaN;
    const sent = Number.isInteger(days) ? days : plain;
    if (name.startsWith("settings.")) settings[name.slice("settings.".length)] = sent;
    else body[name] = sent;
  }
  return Object.keys(settings).length > 0 ? { ...body, settings } : body;
}
