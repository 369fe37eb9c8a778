import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";

import { ask, createView } from "../../../api";
import { USUAL_COLUMNS } from "../../../kernel/columns";
import { narrowed, type View } from "../../../kernel/views";
import { refreshCounts, savedViews } from "../../../live/views";
import { Checkbox, TextField } from "../../../ui/fields";
import { useColumnChoices } from "../column-words";
import styles from "./save-view.module.css";

interface Props {
  base: View;
  words: string;
  close: () => void;
}

/** Asks for the name of a view, a file of its own with the fields that the list has no other use for. */
export default function SaveViewForm({ base, words, close }: Props) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const choices = useColumnChoices();
  const chosen = base.columns ?? USUAL_COLUMNS;
  const [problem, setProblem] = useState("");

  async function save(event: SyntheticEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { filter, query, sort, order } = narrowed(base, { q: words });
    const name = form.get("name");
    const columns = form.getAll("columns").map(String);
    const body = {
      name: typeof name === "string" ? name.trim() : "",
      shared: form.has("shared"),
      query,
      sort,
      order,
      ...(columns.length === 0 ? {} : { columns }),
    };
    const answer = await ask(createView({ body: { ...body, filter: filter as never } }));
    if (!answer.ok) {
      setProblem(
        answer.problem.fields["name"] ?? (answer.problem.message || t`Not saved: the server cannot be reached.`),
      );
      return;
    }
    await cache.invalidateQueries({ queryKey: savedViews.queryKey });
    refreshCounts(cache);
    void navigate({ to: "/inbox/$view", params: { view: answer.value.id } });
  }

  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <TextField
        name="name"
        label={t`Name of the view`}
        error={problem || undefined}
        required
        maxLength={100}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
        }}
        data-autofocus
        autoFocus
      />
      <details className={styles.columns}>
        <summary>
          <Trans>Columns, where rows are a table</Trans>
        </summary>
        <div>
          {choices.map(({ value, label }) => (
            <Checkbox key={value} name="columns" value={value} label={label} defaultChecked={chosen.includes(value)} />
          ))}
        </div>
      </details>
      <Checkbox name="shared" label={t`For everyone on the team`} />
      <div className={styles.acts}>
        <button type="button" className={styles.link} onClick={close}>
          <Trans>Cancel</Trans>
        </button>
        <button type="submit" className={styles.save}>
          <Trans>Save</Trans>
        </button>
      </div>
    </form>
  );
}
