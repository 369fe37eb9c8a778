import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";

import type { FileView } from "../../../api";
import type { ActionLine } from "../../../kernel/rules";
import { Button } from "../../../ui/button";
import { SelectField, TextArea, TextField } from "../../../ui/fields";
import { useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { hasWords, useRuleWords } from "../words";
import { AttachedFiles } from "./attached-files";
import styles from "./rules.module.css";

interface ActionLinesProps<Name, Values> {
  form: Form<Values>;
  name: Name;
  legend: string;
  /** The kinds of actions that are offered; all without it. */
  only?: RegExp;
  /** Takes an uploaded file of a reply or note; without it these have none. */
  onUpload?: (file: FileView) => void;
}

/** Words that may have files. */
const WITH_FILES = /^(reply|note)\./;

/** What a rule does, a line for each action. */
export function ActionLines<Name extends "do" | "finally", Values extends Record<Name, readonly ActionLine[]>>({
  form,
  name,
  legend,
  only,
  onUpload,
}: ActionLinesProps<Name, Values>) {
  const { t } = useLingui();
  const { kinds } = useRuleWords();
  const offered = Object.entries(kinds).filter(([kind]) => only?.test(kind) ?? true);
  const complaint = useComplaint(form, name);
  const lines = form.values[name];
  const linesNow = useRef<readonly ActionLine[]>(lines); // several files may arrive before the next rendering
  useEffect(() => {
    linesNow.current = lines;
  }, [lines]);

  function put(next: readonly ActionLine[]): void {
    linesNow.current = next;
    form.set(name, next as Values[Name]);
  }

  function change(index: number, part: Partial<ActionLine>): void {
    put(lines.map((line, each) => (each === index ? { ...line, ...part } : line)));
  }

  function addFile(index: number, filename: string): void {
    const now = linesNow.current;
    const files = now[index]?.files ?? [];
    put(now.map((line, each) => (each === index ? { ...line, files: [...new Set([...files, filename])] } : line)));
  }

  return (
    <fieldset className={styles.actions}>
      <legend>{legend}</legend>
      {lines.map((line, index) => {
        const number = index + 1;
        const unlisted = line.kind in kinds ? [] : [{ value: line.kind, label: line.kind }];
        return (
          // Lines have no identity of their own; they change places with their content.
          <div key={index} className={styles.action}>
            <SelectField
              aria-label={name === "do" ? t`Action ${number}` : t`Last action ${number}`}
              value={line.kind}
              onChange={(event) => change(index, { kind: event.currentTarget.value, value: "", files: [] })}
              data={[...unlisted, ...offered.map(([value, label]) => ({ value, label }))]}
            />
            <ActionValue
              line={line}
              label={name === "do" ? t`Value of action ${number}` : t`Value of last action ${number}`}
              onChange={(value) => change(index, { value })}
            />
            <Button
              aria-label={name === "do" ? t`Remove action ${number}` : t`Remove last action ${number}`}
              onClick={() => put(lines.filter((_, each) => each !== index))}
            >
              <Trans>Remove</Trans>
            </Button>
            {onUpload !== undefined && WITH_FILES.test(line.kind) ? (
              <AttachedFiles
                names={line.files ?? []}
                label={t`Files of action ${number}`}
                onAdd={(file) => {
                  onUpload(file);
                  addFile(index, file.filename);
                }}
                onRemove={(place) => change(index, { files: (line.files ?? []).filter((_, each) => each !== place) })}
              />
            ) : null}
          </div>
        );
      })}
      {complaint === undefined ? null : (
        <div className={styles.mistake} role="alert">
          {complaint}
        </div>
      )}
      <div>
        <Button onClick={() => put([...lines, { kind: "set.priority", value: "high" }])}>
          {name === "do" ? <Trans>Add an action</Trans> : <Trans>Add a last action</Trans>}
        </Button>
      </div>
    </fieldset>
  );
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  "set.status": ["new", "open", "pending", "hold", "solved", "closed"],
  "set.priority": ["low", "normal", "high", "urgent"],
  "set.type": ["question", "incident", "problem", "task"],
};

interface ActionValueProps {
  line: ActionLine;
  label: string;
  onChange: (value: string) => void;
}

function ActionValue({ line, label, onChange }: ActionValueProps) {
  const { t } = useLingui();
  const fixed = VALUES[line.kind];
  if (line.kind === "distribute" || line.kind === "escalate") return <span />;
  if (fixed !== undefined) {
    return (
      <SelectField
        aria-label={label}
        value={line.value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={line.value === "" ? ["", ...fixed] : [...fixed]}
      />
    );
  }
  if (hasWords(line.kind) || line.kind === "json") {
    return (
      <TextArea
        aria-label={label}
        rows={4}
        {...(line.kind.startsWith("mail.") ? { placeholder: t`Subject in the first line, then the text` } : {})}
        classNames={line.kind === "json" ? { input: styles.mono ?? "" } : {}}
        value={line.value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  const hints: Readonly<Record<string, string>> = {
    assign: t`Address of a member, or nobody`,
    add_tags: t`Tags, separated by commas`,
    remove_tags: t`Tags, separated by commas`,
    snooze: t`Such as 2d or 12h`,
    follow: t`Names or addresses, separated by commas`,
    unfollow: t`Names or addresses, separated by commas`,
    macro: t`Title of a shared macro`,
  };
  return (
    <TextField
      aria-label={label}
      placeholder={hints[line.kind] ?? t`Name`}
      value={line.value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
