import { useLingui } from "@lingui/react/macro";
import { useId, useRef } from "react";

import { FieldFrame } from "../../../ui/fields";
import { useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { QueryChips, QueryField } from "../../search";
import { QueryPreview } from "./query-preview";
import styles from "./view-query.module.css";

/** What a view finds: its query with proposals, its parts as chips, and the tickets that match at this moment. */
export function ViewQuery({ form }: { form: Form<{ query: string }> }) {
  const { t } = useLingui();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const complaint = useComplaint(form, "query");
  const { query } = form.values;
  const set = (words: string) => form.set("query", words);
  return (
    <div className={styles.query}>
      <FieldFrame
        id={id}
        label={t`Tickets that match`}
        description={t`As in the search: status:open assignee:none priority:high,urgent`}
        error={complaint}
      >
        <QueryField
          id={id}
          name="query"
          field={field}
          text={query}
          onText={set}
          aria-invalid={complaint === undefined ? undefined : true}
          aria-describedby={complaint === undefined ? `${id}-description` : `${id}-description ${id}-error`}
        />
      </FieldFrame>
      <QueryChips words={query} onWords={set} />
      <QueryPreview query={query} />
    </div>
  );
}
