import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useId, useState } from "react";

import { ask, createCanned, newKey, once, type Problem } from "../../../api";
import { announce } from "../../../ui/announce";
import { Button } from "../../../ui/button";
import { cannedResponses } from "../queries";
import styles from "./save-canned.module.css";

interface Props {
  /** The words to keep, as Markdown. */
  content: string;
  close: () => void;
}

/** Keeps words as a canned response, under a title and letters for `/`. */
export default function SaveCanned({ content, close }: Props) {
  const { t } = useLingui();
  const id = useId();
  const cache = useQueryClient();
  const [title, setTitle] = useState(() => firstWords(content));
  const [shortcut, setShortcut] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [key] = useState(newKey);

  async function save(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    if (busy || title.trim() === "") return;
    setBusy(true);
    const body = { title: title.trim(), content, shortcut: shortcut.trim() === "" ? null : shortcut.trim() };
    const answer = await ask(createCanned({ body, headers: once(key) }));
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    void cache.invalidateQueries({ queryKey: cannedResponses.queryKey });
    announce(t`Saved as a canned response`);
    close();
  }

  const wrong = (name: string) => problem?.fields[name];
  const other =
    Object.keys(problem?.fields ?? {}).length > 0 ? "" : problem?.message || t`The server cannot be reached.`;
  return (
    <form className={styles.form} aria-label={t`Save as canned response`} onSubmit={(event) => void save(event)}>
      <Field
        id={`${id}-title`}
        label={t`Title`}
        value={title}
        wrong={wrong("title")}
        set={setTitle}
        leave={close}
        first
      />
      <Field
        id={`${id}-short`}
        label={t`Letters after /`}
        value={shortcut}
        wrong={wrong("shortcut")}
        set={setShortcut}
        leave={close}
      />
      <Button type="submit" loading={busy}>
        <Trans>Save</Trans>
      </Button>
      <Button onClick={close}>
        <Trans>Cancel</Trans>
      </Button>
      {problem === null || other === "" ? null : (
        <p role="alert" className={styles.problem}>
          {other}
        </p>
      )}
    </form>
  );
}

interface FieldProps {
  id: string;
  label: string;
  value: string;
  wrong: string | undefined;
  set: (value: string) => void;
  leave: () => void;
  first?: boolean;
}

function Field({ id, label, value, wrong, set, leave, first = false }: FieldProps) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        dir="auto"
        autoFocus={first}
        maxLength={first ? 200 : 50}
        value={value}
        aria-invalid={wrong === undefined ? undefined : true}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onChange={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          leave();
        }}
      />
      {wrong === undefined ? null : (
        <span id={`${id}-wrong`} role="alert" className={styles.problem}>
          {wrong}
        </span>
      )}
    </div>
  );
}

/** A title to begin with: the first line without its marks. */
function firstWords(content: string): string {
  const line = content.split("\n").find((each) => /[\p{L}\p{N}]/u.test(each)) ?? "";
  return line
    .replace(/[*_`#>[\]]/g, "")
    .trim()
    .slice(0, 60);
}
