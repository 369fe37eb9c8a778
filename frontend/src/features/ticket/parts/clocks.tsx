import { useLingui } from "@lingui/react/macro";

import { exactly } from "../../../kernel/moments";
import { type Clock, clockOf, span } from "../../../kernel/sla";
import type { Ticket } from "../../../live/entities";
import { useNow } from "../../../live/now";
import styles from "./clocks.module.css";

/** Below this the clock goes by seconds. */
const SOON_MS = 10 * 60_000;
const ROUND = 2 * Math.PI * 6;

/** The deadlines of a ticket as rings that empty, with words. */
export function Clocks({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { sla } = ticket;
  if (sla === null) return null;
  const paused = sla.paused;
  const first = {
    target: sla.first_response_target,
    dueAt: sla.first_response_due_at,
    breachedAt: sla.first_response_breached_at,
    doneAt: ticket.first_response_at,
    paused,
  };
  const resolution = {
    target: sla.resolution_target,
    dueAt: sla.resolution_due_at,
    breachedAt: sla.resolution_breached_at,
    doneAt: ticket.solved_at,
    paused,
  };
  return (
    <ul className={styles.clocks}>
      <ClockLine name={t`First answer`} target={first} waitsForCustomer={ticket.status === "pending"} />
      <ClockLine name={t`Solution`} target={resolution} waitsForCustomer={ticket.status === "pending"} />
    </ul>
  );
}

type Target = Parameters<typeof clockOf>[0];

interface ClockProps {
  name: string;
  target: Target;
  /** Where it is paused: for the customer, not for others. */
  waitsForCustomer: boolean;
}

function ClockLine({ name, target, waitsForCustomer }: ClockProps) {
  const { i18n } = useLingui();
  const due = target.dueAt === null ? null : Date.parse(target.dueAt);
  const slow = useNow();
  const soon = target.doneAt === null && due !== null && Math.abs(due - slow) < SOON_MS;
  const clock = clockOf(target, useNow(soon));
  const words = useClockWords(waitsForCustomer);
  if (clock === null) return null;
  return (
    <li className={styles.clock} data-kind={clock.kind}>
      <Ring clock={clock} />
      <span className={styles.name}>{name}</span>
      <span title={target.dueAt === null ? undefined : exactly(target.dueAt, i18n.locale)}>{words(clock)}</span>
    </li>
  );
}

function Ring({ clock }: { clock: Clock }) {
  const share = clock.kind === "running" ? clock.share : clock.kind === "paused" ? 1 : 0;
  return (
    <svg viewBox="0 0 16 16" className={styles.ring} aria-hidden>
      <circle cx="8" cy="8" r="6" className={styles.ground} />
      <circle cx="8" cy="8" r="6" className={styles.left} strokeDasharray={`${share * ROUND} ${ROUND}`} />
      {clock.kind === "met" ? <path d="M5 8.2l2.1 2.1L11 6.2" className={styles.mark} /> : null}
      {clock.kind === "late" || clock.kind === "missed" ? (
        <path d="M8 4.6v4M8 10.8v.6" className={styles.mark} />
      ) : null}
    </svg>
  );
}

/** A clock in words: "in 1h 20m", "▲ late 2h". */
function useClockWords(byCustomer: boolean): (clock: Clock) => string {
  const { i18n, t } = useLingui();
  return (clock) => {
    if (clock.kind === "running") {
      const left = span(clock.left, i18n.locale);
      return t`in ${left}`;
    }
    if (clock.kind === "late") {
      const by = span(clock.by, i18n.locale);
      return t`▲ late ${by}`;
    }
    return {
      paused: byCustomer ? t`paused: waits for customer` : t`paused: waits for others`,
      met: t`in time`,
      missed: t`too late`,
    }[clock.kind];
  };
}
