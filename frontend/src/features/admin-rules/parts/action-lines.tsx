import { Trans, useLingui } from "@lingui/react/macro";

import type { ActionLine } from "../../../kernel/rules";
import { Button } from "../../../ui/button";
import { SelectField, TextField } from "../../../ui/fields";
import { useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { useRuleWords } from "../words";
import styles from "./rules.module.css";

interface WithActions {
  do: readonly ActionLine[];
}

/** What a rule does, a line for each action. */
export function ActionLines<Values extends WithActions>({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const { kinds } = useRuleWords();
  const complaint = useComplaint(form, "do");
  const lines = form.values.do;

  function put(next: readonly ActionLine[]): void {
    form.set("do", next);
  }

  function change(index: number, part: Partial<ActionLine>): void {
    put(lines.map((line, each) => (each === index ? { ...line, ...part } : line)));
  }

  return (
    <fieldset className={styles.actions}>
      <legend>{t`Then`}</legend>
      {lines.map((line, index) => {
        const number = index + 1;
        const unlisted = line.kind in kinds ? [] : [{ value: line.kind, label: line.kind }];
        return (
          // Lines have no identity of their own; they change places with their content.
          <div key={index} className={styles.action}>
            <SelectField
              aria-label={t`Action ${number}`}
              value={line.kind}
              onChange={(event) => change(index, { kind: event.currentTarget.value, value: "" })}
              data={[...unlisted, ...Object.entries(kinds).map(([value, label]) => ({ value, label }))]}
            />
            <ActionValue
              line={line}
              label={t`Value of action ${number}`}
              onChange={(value) => change(index, { value })}
            />
            <Button
              aria-label={t`Take away action ${number}`}
              onClick={() => put(lines.filter((_, each) => each !== index))}
            >
              <Trans>Take away</Trans>
            </Button>
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
          <Trans>Add an action</Trans>
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
  const hints: Readonly<Record<string, string>> = {
    assign: t`Address of a member, or nobody`,
    add_tags: t`Tags, separated by commas`,
    remove_tags: t`Tags, separated by commas`,
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
