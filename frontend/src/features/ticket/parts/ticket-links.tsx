import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";

import type { SimilarTicketView } from "../../../api";
import { STATUS_MARKS, STATUS_WORDS } from "../words";
import styles from "./requester.module.css";

type Linked = Pick<SimilarTicketView, "id" | "number" | "subject" | "status">;

/** Other tickets, each with its status, subject and number. */
export function TicketLinks({ tickets }: { tickets: readonly Linked[] }) {
  const { i18n } = useLingui();
  return (
    <ul className={styles.others}>
      {tickets.map((other) => (
        <li key={other.id}>
          <Link
            to="/inbox/$view/$number"
            params={{ view: "all", number: String(other.number) }}
            className={styles.other}
          >
            <span role="img" aria-label={i18n._(STATUS_WORDS[other.status])}>
              {STATUS_MARKS[other.status]}
            </span>
            <span className={styles.subject} dir="auto">
              {other.subject}
            </span>
            <span className={styles.number}>#{other.number}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
