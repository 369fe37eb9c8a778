import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, getOrganization, type OrganizationView, updateOrganizationSettings } from "../../../api";
import { hoursOfTexts, type HoursTexts, textsOfHours, WEEKDAYS } from "../../../kernel/hours";
import { changed, problemIn, record, sinceRead } from "../../../live/records";
import { useMember } from "../../../live/session";
import { FormArea, FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, useForm } from "../../../ui/form/use-form";
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
    ...hoursIn(textsOfHours(settings.hours)),
  };
}

type HoursValues = Readonly<Record<`${typeof HOURS}${keyof HoursTexts}`, string>>;

const HOURS = "settings.hours.";

function hoursIn(texts: HoursTexts): HoursValues {
  return Object.fromEntries(Object.entries(texts).map(([day, text]) => [`${HOURS}${day}`, text])) as HoursValues;
}

function OrganizationForm({ organization }: { organization: OrganizationView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const query = organizationQuery(organization.id);
  const form = useForm({
    place: "organization",
    saved: valuesOf(organization),
    save: async (values, changes) => {
      const body = bodyOf(values, changes);
      const answer = await ask(updateOrganizationSettings({ body, ...sinceRead(cache, query) }));
      if (answer.ok) await changed(cache, "organization");
      const problem = problemIn(answer);
      return problem === undefined ? undefined : { ...problem, fields: atDays(problem.fields) };
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
      <OpeningHours form={form} />
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

/** When the team works: for rules that count working time. */
function OpeningHours({ form }: { form: Form<ReturnType<typeof valuesOf>> }) {
  const { t, i18n } = useLingui();
  const names = new Intl.DateTimeFormat(i18n.locale, { weekday: "long", timeZone: "UTC" });
  return (
    <>
      <h2>
        <Trans>Opening hours</Trans>
      </h2>
      <p>
        <Trans>
          Rules count working time by them. Write openings such as 09:00-12:30, 13:30-18:00; empty days are closed.
          Without any, all time is working time.
        </Trans>
      </p>
      {WEEKDAYS.map((day, place) => (
        // The first of January 2024 was a Monday.
        <FormText key={day} form={form} name={`${HOURS}${day}`} label={names.format(Date.UTC(2024, 0, 1 + place))} />
      ))}
      <FormArea
        form={form}
        name={`${HOURS}dates`}
        label={t`Other days`}
        help={t`A line for each date with other openings, such as 2026-12-24 09:00-12:00; a date alone is closed.`}
      />
    </>
  );
}

/** Puts a refusal of an opening, `settings.hours.mon.0`, at its day. */
function atDays(fields: Readonly<Record<string, string>>): Record<string, string> {
  const placed = Object.entries(fields).map(([path, sentence]) => {
    const [settings = "", name, day] = path.split(".");
    return [name === "hours" && day !== undefined ? `${settings}.${name}.${day}` : path, sentence] as const;
  });
  return Object.fromEntries(placed);
}

/** The changes as v1 takes them: those of `settings.` in an object of their own, emptied texts as null. */
function bodyOf(values: HoursValues, changes: Readonly<Record<string, string | boolean>>) {
  const body: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changes)) {
    if (name.startsWith(HOURS)) {
      settings["hours"] = hoursOfTexts(textsIn(values));
      continue;
    }
    const plain = value === "" && name !== "name" ? null : value;
    const days = name === "settings.undo_days" ? Number(plain ?? Number.NaN) : Number.NaN;
    const sent = Number.isInteger(days) ? days : plain;
    if (name.startsWith("settings.")) settings[name.slice("settings.".length)] = sent;
    else body[name] = sent;
  }
  return Object.keys(settings).length > 0 ? { ...body, settings } : body;
}

function textsIn(values: HoursValues): HoursTexts {
  return Object.fromEntries(
    [...WEEKDAYS, "dates" as const].map((day) => [day, values[`${HOURS}${day}`]]),
  ) as HoursTexts;
}
