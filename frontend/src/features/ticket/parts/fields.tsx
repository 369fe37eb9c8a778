import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { FieldView, FormField } from "../../../api";
import { isEmpty, missing, visible } from "../../../kernel/forms";
import { fieldDefinitions, formFor } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import { Button } from "../../../ui/button";
import { Section } from "../../../ui/section";
import { FieldInput } from "./field-input";
import styles from "./fields.module.css";
import { useTroubleWords } from "./trouble-at";
import { useLeadToNeeded } from "./use-needed";
import type { SetFields } from "./use-set";

/** With more fields than these, empty ones wait behind a button: a desk can have hundreds. */
const FEW = 8;

type Shown = FormField & { readonly writable: boolean };

/** The fields of the ticket's form as far as its conditions show them, and what other systems have added. */
export function Fields({ ticket, mayChange, set }: { ticket: Ticket; mayChange: boolean; set: SetFields }) {
  const { t } = useLingui();
  const [all, setAll] = useState(false);
  const troubleAt = useTroubleWords(ticket.id);
  const { fields, needed, others } = useFields(ticket);
  const own = new Set([...fields, ...others].map(({ key }) => key));
  const foreign = ticket.custom_fields.filter(({ name }) => !own.has(name));
  const pressing = (key: string) => needed.has(key) || !isEmpty(ticket.fields[key]);
  const shown = all || fields.length <= FEW ? fields : fields.filter(({ key }) => pressing(key));
  const hidden = fields.length - shown.length + (all ? 0 : others.length);
  const asked = t`needed to solve`;
  const isAsked = useLeadToNeeded(ticket.id, shown.length);
  if (fields.length + others.length + foreign.length === 0) return null;
  return (
    <Section id="fields" title={t`Fields`} asked={isAsked}>
      {[...shown, ...(all ? others : [])].map((field) => {
        const value = ticket.fields[field.key] ?? null;
        return (
          <FieldInput
            // A value that a colleague sets replaces what is typed; chosen options stay open meanwhile.
            key={field.type === "multi_select" ? field.key : `${field.key} ${String(value ?? "")}`}
            field={field}
            value={value}
            needed={needed.has(field.key) ? asked : undefined}
            disabled={!mayChange || !field.writable}
            trouble={troubleAt(`fields.${field.key}`, words(field, value, t`nothing`))}
            onSet={(chosen) => set({ [`fields.${field.key}`]: chosen })}
          />
        );
      })}
      {hidden > 0 ? (
        <Button size="compact-xs" onClick={() => setAll(true)}>
          <Trans>Show all fields ({hidden})</Trans>
        </Button>
      ) : null}
      {foreign.length === 0 ? null : (
        <dl className={styles.facts}>
          {foreign.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{Array.isArray(value) ? value.join(", ") : String(value ?? "–")}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

/** The fields that the form shows, those without which the ticket cannot be solved, and others that have a value. */
function useFields(ticket: Ticket): {
  fields: readonly Shown[];
  needed: ReadonlySet<string>;
  others: readonly Shown[];
} {
  const form = useQuery(formFor(ticket.category_id)).data?.items ?? [];
  const defined = (useQuery(fieldDefinitions).data ?? []).filter((field) => field.deleted_at === null);
  const items = form.map(({ field, required, show }) => ({ key: field.key, required, show }));
  const keys = new Set(visible(items, ticket));
  const options = new Map(defined.map((field) => [field.key, field.options]));
  const fields = form
    .filter(({ field }) => keys.has(field.key))
    // A retired option that the ticket has is shown by its label, too.
    .map(({ field, writable }) => ({ ...field, writable, options: options.get(field.key) ?? field.options }));
  const others = defined
    .filter(({ key }) => !keys.has(key) && !isEmpty(ticket.fields[key]))
    .map((field: FieldView) => ({ ...field, writable: true }));
  return { fields, needed: new Set(missing(items, ticket, "solve")), others };
}

function words(field: FormField, value: unknown, nothing: string): string {
  if (isEmpty(value)) return nothing;
  const label = (key: string) => field.options.find((option) => option.key === key)?.label ?? key;
  return Array.isArray(value) ? value.map((each) => label(String(each))).join(", ") : label(String(value));
}
