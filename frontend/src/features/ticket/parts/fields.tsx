import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { FieldView } from "../../../api";
import { fieldDefinitions } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import { Button } from "../../../ui/button";
import { Section } from "../../../ui/section";
import { FieldInput } from "./field-input";
import styles from "./fields.module.css";
import { useTroubleWords } from "./trouble-at";
import type { SetFields } from "./use-set";

/** With more fields than these, empty ones wait behind a button: a desk can have hundreds. */
const FEW = 8;

/** The fields that the organization defines, each by its type, and what other systems have added. */
export function Fields({ ticket, mayChange, set }: { ticket: Ticket; mayChange: boolean; set: SetFields }) {
  const { t } = useLingui();
  const [all, setAll] = useState(false);
  const troubleAt = useTroubleWords(ticket.id);
  const definitions = (useQuery(fieldDefinitions).data ?? []).filter((field) => field.deleted_at === null);
  const filled = definitions.filter((field) => isFilled(ticket.fields[field.key]));
  const shown = all || definitions.length <= FEW ? definitions : filled;
  const hidden = definitions.length - shown.length;
  if (definitions.length === 0 && ticket.custom_fields.length === 0) return null;
  return (
    <Section id="fields" title={t`Fields`}>
      {shown.map((field) => (
        <FieldInput
          // A value that a colleague sets replaces what is typed; chosen options stay open meanwhile.
          key={field.type === "multi_select" ? field.id : `${field.id} ${String(ticket.fields[field.key] ?? "")}`}
          field={field}
          value={ticket.fields[field.key] ?? null}
          disabled={!mayChange}
          trouble={troubleAt(`fields.${field.key}`, words(field, ticket.fields[field.key], t`nothing`))}
          onSet={(value) => set({ [`fields.${field.key}`]: value })}
        />
      ))}
      {hidden > 0 ? (
        <Button size="compact-xs" onClick={() => setAll(true)}>
          <Trans>Show empty fields ({hidden})</Trans>
        </Button>
      ) : null}
      {ticket.custom_fields.length === 0 ? null : (
        <dl className={styles.facts}>
          {ticket.custom_fields.map(({ name, value }) => (
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

function isFilled(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function words(field: FieldView, value: unknown, nothing: string): string {
  if (!isFilled(value)) return nothing;
  const label = (key: string) => field.options.find((option) => option.key === key)?.label ?? key;
  return Array.isArray(value) ? value.map((each) => label(String(each))).join(", ") : label(String(value));
}
