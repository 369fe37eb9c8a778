import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, createField, deleteField, type FieldView, ifMatch, type Kind, updateField } from "../../../api";
import { linesOfOptions, optionsOfLines } from "../../../kernel/options";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormRadios, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, useForm } from "../../../ui/form/use-form";
import { useGo } from "../../../ui/place";
import { SECTIONS, useAfter } from "../../admin-frame";
import { fieldQuery } from "../queries";
import { useFieldWords } from "./field-words";

const LIMITS = [
  "max_length",
  "minimum",
  "maximum",
  "places",
  "earliest",
  "latest",
  "pattern",
  "hint",
  "lookup",
] as const;
const NUMBERS = ["max_length", "minimum", "maximum", "places"];
const WITH_OPTIONS: readonly string[] = ["dropdown", "multi_select", "nested"];

/** The limits that a type takes. */
const LIMITS_OF: Partial<Record<Kind, readonly (typeof LIMITS)[number][]>> = {
  text: ["max_length"],
  multiline: ["max_length"],
  integer: ["minimum", "maximum"],
  decimal: ["minimum", "maximum", "places"],
  date: ["earliest", "latest"],
  datetime: ["earliest", "latest"],
  pattern: ["pattern", "hint"],
  lookup: ["lookup"],
};

function valuesOf(field: FieldView | undefined) {
  const limits = Object.fromEntries(LIMITS.map((name) => [name, String(field?.limits[name] ?? "")]));
  return {
    key: field?.key ?? "",
    label: field?.label ?? "",
    type: (field?.type ?? "text") as string,
    help: field?.help ?? "",
    target: (field?.target ?? "ticket") as string,
    customer: (field?.customer ?? "hidden") as string,
    options: linesOfOptions((field?.options ?? []).map((option) => ({ retired: false, ...option }))),
    ...(limits as Record<(typeof LIMITS)[number], string>),
  };
}

type Values = ReturnType<typeof valuesOf>;

/** A field: what it holds, what is allowed, and who sees it. */
export function FieldForm({ field }: { field: FieldView | undefined }) {
  const { t } = useLingui();
  const { kinds, customer, customerOfContact } = useFieldWords();
  const cache = useQueryClient();
  const go = useGo();
  const after = useAfter(SECTIONS.fields, "fields");
  const query = fieldQuery(field?.key ?? "new");
  const form = useForm<Values>({
    place: `fields.${field?.key ?? "new"}`,
    saved: valuesOf(field),
    save: async (values, changes) => {
      const body = bodyOf(values, field === undefined ? values : changes) as never;
      if (field === undefined) {
        const answer = await ask(createField({ body }));
        const refused = await after.saved(answer);
        if (answer.ok) go(`${SECTIONS.fields.to}/${answer.value.key}`);
        return refused;
      }
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      return after.saved(await ask(updateField({ path: { key: field.key }, body, ...headers })));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={field?.label ?? t`New field`}
      {...(field === undefined ? { create: t`Create` } : {})}
      foot={
        field === undefined ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this field`}
              effect={
                <Trans>
                  Field and values disappear from all tickets or contacts. Both can be restored for 30 days, then they
                  are gone.
                </Trans>
              }
              act={async () => after.deleted(await ask(deleteField({ path: { key: field.key } })))}
            />
          </DangerZone>
        )
      }
    >
      <FormText form={form} name="label" label={t`Label`} help={t`As people read it`} />
      {field === undefined ? (
        <FormRadios
          form={form}
          name="target"
          label={t`Belongs to`}
          choices={[
            { value: "ticket", label: t`Tickets` },
            { value: "contact", label: t`Contacts`, help: t`Only your team changes it.` },
          ]}
        />
      ) : null}
      {field === undefined ? (
        <FormText
          form={form}
          name="key"
          mono
          label={t`Key`}
          help={t`For searches, rules and programs, such as order_number. It never changes.`}
        />
      ) : null}
      <FormSelect form={form} name="type" label={t`Type`} choices={kinds} />
      <Limits form={form} />
      <FormArea form={form} name="help" label={t`Help`} help={t`Shown below the label`} rows={2} />
      <FormRadios
        form={form}
        name="customer"
        label={t`Customers`}
        choices={form.values.target === "contact" ? customerOfContact : customer}
      />
    </FormPane>
  );
}

function Limits({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { type } = form.values;
  if (WITH_OPTIONS.includes(type)) {
    return (
      <FormArea
        form={form}
        name="options"
        label={t`Options`}
        rows={6}
        help={t`One a line. To rename one, keep its key: xl = Very large. Options left out are retired: tickets keep them.`}
      />
    );
  }
  const labels = {
    max_length: t`At most this many characters`,
    minimum: t`Smallest value`,
    maximum: t`Largest value`,
    places: t`Decimal places`,
    earliest: t`Earliest`,
    latest: t`Latest`,
    pattern: t`Regular expression (RE2)`,
    hint: t`Sentence shown when it does not match`,
    lookup: t`Points to`,
  };
  return (LIMITS_OF[type as Kind] ?? []).map((name) =>
    name === "lookup" ? (
      <FormSelect
        key={name}
        form={form}
        name={name}
        label={labels[name]}
        choices={[
          { value: "", label: "–" },
          { value: "contact", label: t`A contact` },
          { value: "agent", label: t`An agent` },
          { value: "ticket", label: t`A ticket` },
        ]}
      />
    ) : (
      <FormText key={name} form={form} name={name} label={labels[name]} mono={name === "pattern"} />
    ),
  );
}

/** The field as v1 takes it; limits go together, and only those of the type. */
function bodyOf(values: Values, changes: Partial<Values>): object {
  const { key, label, type, help, target } = changes;
  // Of contacts customers write none; that choice of a ticket's field stays behind when the target changes.
  const customer = values.target === "contact" && changes.customer === "write" ? undefined : changes.customer;
  const plain = Object.entries({ key, label, type, help, target, customer }).filter(([, value]) => value !== undefined);
  const body: Record<string, unknown> = Object.fromEntries(plain);
  if (changes.options !== undefined && WITH_OPTIONS.includes(values.type)) {
    body["options"] = optionsOfLines(values.options);
  }
  const limits = LIMITS_OF[values.type as Kind] ?? [];
  if (type !== undefined || limits.some((name) => changes[name] !== undefined)) {
    const given = limits.filter((name) => values[name].trim() !== "");
    const read = (name: (typeof LIMITS)[number]) =>
      NUMBERS.includes(name) ? Number(values[name]) : values[name].trim();
    body["limits"] = Object.fromEntries(given.map((name) => [name, read(name)]));
  }
  return body;
}
