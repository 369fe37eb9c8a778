import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";

import type { SimilarTicketView } from "../../../api";
import { STATUS_MARKS, STATUS_WORDS } from "../words";
import styles from "./requester.module.css";

type Line = Pick<SimilarTicketView, "number" | "subject" | "status">;

/** Other tickets, each with its status, subject and number. */
export function TicketLinks({ tickets }: { tickets: readonly (Line & { readonly id: string })[] }) {
  return (
    <ul className={styles.others}>
      {tickets.map((other) => (
        <li key={other.id}>
          <TicketLine ticket={other} />
        </li>
      ))}
    </ul>
  );
}

/** Another ticket as one line that leads to it. */
export function TicketLine({ ticket: { number, subject, status } }: { ticket: Line }) {
  const { i18n } = useLingui();
  return (
    <Link to="/inbox/$view/$number" params={{ view: "all", number: String(number) }} className={styles.other}>
      <span role="img" aria-label={i18n._(STATUS_WORDS[status])}>
        {STATUS_MARKS[status]}
      </span>
      <span className={styles.subject} dir="auto" title={subject}>
        {subject}
      </span>
      <span className={styles.number}>#{number}</span>
    </Link>
  );
}
