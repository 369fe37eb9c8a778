import { Plural, useLingui } from "@lingui/react/macro";

import type { HistoryView, TimelineEntryView } from "../../../api";
import { ago, exactly, timeOfDay } from "../../../kernel/moments";
import { useNames } from "../../../live/names";
import { useNow } from "../../../live/now";
import { idsIn, useStepWords } from "./step-words";
import styles from "./steps.module.css";

/** Steps between two messages: one as a line, several folded into one. */
export function Steps({ entries }: { entries: readonly TimelineEntryView[] }) {
  const { t } = useLingui();
  const steps = entries.flatMap(({ step }) => step ?? []);
  const [only, ...others] = steps;
  if (only === undefined) return null;
  if (others.length === 0) {
    return (
      <article className={styles.steps} aria-label={t`Change`}>
        <StepLine step={only} />
      </article>
    );
  }
  const people = [...new Set(steps.map(({ user }) => user.name))].join(", ");
  return (
    <article className={styles.steps} aria-label={t`Changes`}>
      <details>
        <summary>
          <Plural value={steps.length} one="# change" other="# changes" /> · <span dir="auto">{people}</span>
        </summary>
        <ol className={styles.list}>
          {steps.map((step) => (
            <li key={step.id}>
              <StepLine step={step} />
            </li>
          ))}
        </ol>
      </details>
    </article>
  );
}

/** A change with its author and time. */
export function StepLine({ step, withDay = false }: { step: HistoryView; withDay?: boolean }) {
  const { i18n } = useLingui();
  const now = useNow();
  const words = useStepWords(useNames(idsIn(step)));
  return (
    <span className={styles.line}>
      <span dir="auto">
        <b>{step.user.name}</b>: {words(step)}
      </span>{" "}
      <time dateTime={step.created_at} title={exactly(step.created_at, i18n.locale)}>
        {withDay ? ago(step.created_at, new Date(now), i18n.locale) : timeOfDay(step.created_at, i18n.locale)}
      </time>
    </span>
  );
}
