import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { ago, exactly } from "../../../kernel/moments";
import { span } from "../../../kernel/sla";
import { useNow } from "../../../live/now";
import { Loaded } from "../../../ui/loaded";
import { PlaceLink } from "../../../ui/place";
import { urgentQuery } from "../queries";
import styles from "./dashboard.module.css";

type Sort = "waiting_since" | "next_due_at";

/** The open tickets that are most urgent. */
export function Urgent({ sort, title }: { sort: Sort; title: string }) {
  const query = useQuery(urgentQuery(sort));
  return (
    <section className={styles.part} aria-label={title}>
      <h2 className={styles.heading}>
        {title}
        <PlaceLink to={`/inbox/open?sort=${sort}`} className={styles.near}>
          <Trans>Show all</Trans>
        </PlaceLink>
      </h2>
      <Loaded query={query}>
        {({ value }) => {
          const due = value.tickets.filter((ticket) => ticket[sort] !== null);
          if (due.length === 0) {
            return (
              <p className={styles.none}>
                <Trans>None. Well done.</Trans>
              </p>
            );
          }
          return (
            <ul className={styles.rows}>
              {due.map((ticket) => (
                <li key={ticket.id}>
                  <PlaceLink to={`/inbox/open/${ticket.number}?sort=${sort}`} className={styles.row}>
                    <span className={styles.subject} dir="auto">
                      {ticket.subject}
                    </span>
                    <Moment at={ticket[sort] ?? ""} due={sort === "next_due_at"} />
                    <span className={styles.second} dir="auto">
                      {ticket.requester.name}
                    </span>
                  </PlaceLink>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </section>
  );
}

function Moment({ at, due }: { at: string; due: boolean }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const left = Date.parse(at) - now;
  const time = span(Math.abs(left), i18n.locale);
  const words = !due ? ago(at, new Date(now), i18n.locale) : left < 0 ? t`late ${time}` : t`in ${time}`;
  return (
    <time
      className={styles.moment}
      dateTime={at}
      title={exactly(at, i18n.locale)}
      data-late={(due && left < 0) || undefined}
    >
      {due && left < 0 ? "▲ " : ""}
      {words}
    </time>
  );
}
