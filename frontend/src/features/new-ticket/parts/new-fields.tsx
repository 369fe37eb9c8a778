import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { FieldValue } from "../../../kernel/field-values";
import { missing, visible } from "../../../kernel/forms";
import { formFor } from "../../../live/directory";
import { FieldInput } from "../../ticket";
import type { NewTicket } from "../kept";
import styles from "./new-fields.module.css";

interface Props {
  ticket: NewTicket;
  /** What the server said, by the fields' names. */
  problems: Readonly<Record<string, string>>;
  onChange: (fields: NewTicket["fields"]) => void;
}

/** The fields of the default form, as far as its conditions show them. Those that a new ticket must have say so. */
export function NewFields({ ticket, problems, onChange }: Props) {
  const { t } = useLingui();
  const form = useQuery(formFor(null)).data?.items ?? [];
  const items = form.map(({ field, required, show }) => ({ key: field.key, required, show }));
  const subject = { type: "question", priority: ticket.priority, category_id: null, fields: ticket.fields };
  const keys = new Set(visible(items, subject));
  const needed = new Set(missing(items, subject, "create"));
  const set = (key: string, value: FieldValue) => onChange({ ...ticket.fields, [key]: value });
  const shown = form.filter(({ field, writable }) => keys.has(field.key) && writable);
  if (shown.length === 0) return null;
  const rows = shown.map(({ field }) => {
    const { key } = field;
    const problem = problems[`fields.${key}`] ?? problems[`custom_fields.${key}`];
    return (
      <FieldInput
        key={key}
        field={field}
        value={ticket.fields[key] ?? null}
        needed={needed.has(key) ? t`needed to create` : undefined}
        disabled={false}
        trouble={problem === undefined ? undefined : <span role="alert">{problem}</span>}
        onSet={(value) => set(key, value)}
      />
    );
  });
  return (
    <section className={styles.fields} aria-label={t`Fields`}>
      {rows}
    </section>
  );
}
