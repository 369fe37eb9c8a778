import { Trans, useLingui } from "@lingui/react/macro";

import { exampleDue } from "../../../kernel/example-due";
import { secondsOf } from "../../../kernel/spans";
import { TextField } from "../../../ui/fields";
import { useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { usePriorityWords } from "./priority-words";
import styles from "./target-matrix.module.css";
import { PRIORITIES, type Targets } from "./targets";

/** The promised times, a row for each priority, and what each row means for a ticket that is filed on a Friday at 16:50. */
export function TargetMatrix({ form }: { form: Form<Targets> }) {
  const { t, i18n } = useLingui();
  const words = usePriorityWords();
  const due = (text: string) => {
    const seconds = secondsOf(text);
    if (seconds === null || Number.isNaN(seconds)) return "–";
    const { when, days } = exampleDue(seconds, i18n.locale);
    return days < 7 ? when : t`${when}, after ${days} days`;
  };
  const filed = exampleDue(0, i18n.locale).when;
  const [answer, solution] = [t`First answer within`, t`Solution within`];
  return (
    <>
      <p className={styles.help}>
        <Trans>Write times like 30m, 4h or 1d 12h; leave a field empty for no promise.</Trans>
      </p>
      <table className={styles.matrix}>
        <thead>
          <tr>
            <th scope="col">
              <Trans>Priority</Trans>
            </th>
            <th scope="col">{answer}</th>
            <th scope="col">{solution}</th>
          </tr>
        </thead>
        {PRIORITIES.map((priority) => {
          const name = words[priority];
          const first = due(form.values[`${priority}.first_response_seconds`]);
          const whole = due(form.values[`${priority}.resolution_seconds`]);
          return (
            <tbody key={priority}>
              <tr>
                <th scope="row">{name}</th>
                <td>
                  <Cell form={form} name={`${priority}.first_response_seconds`} label={`${name}: ${answer}`} />
                </td>
                <td>
                  <Cell form={form} name={`${priority}.resolution_seconds`} label={`${name}: ${solution}`} />
                </td>
              </tr>
              <tr>
                <td colSpan={3} className={styles.due}>
                  <Trans>
                    Filed {filed}: answer due {first}, solution due {whole}.
                  </Trans>
                </td>
              </tr>
            </tbody>
          );
        })}
      </table>
    </>
  );
}

interface CellProps {
  form: Form<Targets>;
  name: keyof Targets;
  label: string;
}

/** A time. Those who see read its label at the head of the table. */
function Cell({ form, name, label }: CellProps) {
  return (
    <TextField
      name={name}
      aria-label={label}
      value={form.values[name]}
      onChange={(event) => form.set(name, event.currentTarget.value)}
      error={useComplaint(form, name)}
    />
  );
}
