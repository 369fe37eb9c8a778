import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { ContactView } from "../../../api";
import { quoted } from "../../../kernel/chips";
import { ago, exactly } from "../../../kernel/moments";
import { counted } from "../../../kernel/numbers";
import { useNow } from "../../../live/now";
import { usePermission } from "../../../live/session";
import { PlaceLink } from "../../../ui/place";
import { ErrorState } from "../../../ui/state";
import { STATUS_MARKS, STATUS_WORDS } from "../../ticket";
import { contactTicketsQuery } from "../queries";
import styles from "./contact.module.css";

/** The tickets that a customer filed, the latest first, and the way to all of them. */
export function ContactTickets({ contact }: { contact: ContactView }) {
  const { t, i18n } = useLingui();
  const now = new Date(useNow());
  const readable = usePermission("tickets:read");
  const query = useQuery({ ...contactTicketsQuery(contact.id), enabled: readable });
  if (!readable) return null;
  if (query.error !== null) return <ErrorState message={query.error.message} retry={() => void query.refetch()} />;
  const { tickets = [], pagination } = query.data?.value ?? {};
  const all = `/inbox/all?q=${encodeURIComponent(`requester:${quoted(contact.email)}`)}`;
  return (
    <section className={styles.part} aria-label={t`Tickets`}>
      <h2 className={styles.title}>
        <Trans>Tickets</Trans>
        {pagination === undefined ? null : (
          <span className={styles.count}>{counted(pagination.total, i18n.locale)}</span>
        )}
        <span className={styles.spring} />
        {tickets.length === 0 ? null : (
          <PlaceLink to={all} className={styles.all}>
            <Trans>Show all in the inbox</Trans>
          </PlaceLink>
        )}
      </h2>
      {query.isPending || tickets.length > 0 ? null : (
        <p className={styles.faint}>
          <Trans>They have not asked anything yet.</Trans>
        </p>
      )}
      <ul className={styles.rows}>
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <PlaceLink to={`/inbox/all/${ticket.number}`} className={styles.row}>
              <span
                role="img"
                aria-label={i18n._(STATUS_WORDS[ticket.status])}
                title={i18n._(STATUS_WORDS[ticket.status])}
              >
                {STATUS_MARKS[ticket.status]}
              </span>
              <span className={styles.subject} dir="auto">
                {ticket.subject}
              </span>
              <span className={styles.number}>
                #{ticket.number}
                {" · "}
                <time dateTime={ticket.updated_at} title={exactly(ticket.updated_at, i18n.locale)}>
                  {ago(ticket.updated_at, now, i18n.locale)}
                </time>
              </span>
            </PlaceLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
