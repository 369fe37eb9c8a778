import { useLingui } from "@lingui/react/macro";

import { type Clock, lasting } from "../../../kernel/clock";
import type { Ticket } from "../../../live/entities";
import { PRIORITY_WORDS, STATUS_MARKS, useStatusWords } from "../../ticket";
import styles from "./marks.module.css";

type Priority = keyof typeof PRIORITY_WORDS;

const HEIGHTS: Readonly<Record<Priority, number>> = { low: 1, normal: 2, high: 3, urgent: 3 };

/** A status by its form; the word is its name. */
export function StatusMark({ ticket }: { ticket: Pick<Ticket, "status" | "custom_status"> }) {
  const words = useStatusWords()(ticket);
  const { status } = ticket;
  return (
    <span className={styles.status} data-status={status} role="img" aria-label={words} title={words}>
      {STATUS_MARKS[status]}
    </span>
  );
}

/** A priority as bars; urgent has a sign of its own. */
export function PriorityMark({ priority }: { priority: Priority }) {
  const { i18n } = useLingui();
  const words = i18n._(PRIORITY_WORDS[priority]);
  return (
    <span className={styles.priority} data-priority={priority} role="img" aria-label={words} title={words}>
      {[1, 2, 3].map((bar) => (
        <span key={bar} className={styles.bar} data-on={bar <= HEIGHTS[priority] ? true : undefined} />
      ))}
      {priority === "urgent" ? <b>!</b> : null}
    </span>
  );
}

/** The clock that runs, as a ring that empties, with its words. */
export function ClockMark({ clock }: { clock: Clock }) {
  const { i18n, t } = useLingui();
  const time = lasting(clock.seconds, i18n.locale);
  if (clock.state === "paused") {
    return <span className={styles.clock}>{t`paused`}</span>;
  }
  const late = clock.state === "late";
  const words = late ? t`late ${time}` : clock.act === "answer" ? t`answer in ${time}` : t`solve in ${time}`;
  return (
    <span className={styles.clock} data-late={late ? true : undefined} data-soon={clock.left < 0.25 ? true : undefined}>
      {late ? <span aria-hidden>▲</span> : <Ring left={clock.left} />} {words}
    </span>
  );
}

function Ring({ left }: { left: number }) {
  const length = 2 * Math.PI * 5;
  return (
    <svg viewBox="0 0 14 14" className={styles.ring} aria-hidden>
      <circle cx="7" cy="7" r="5" className={styles.track} />
      <circle cx="7" cy="7" r="5" className={styles.rest} strokeDasharray={`${left * length} ${length}`} />
    </svg>
  );
}
