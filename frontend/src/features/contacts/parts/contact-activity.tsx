import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { ago, exactly } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { usePermission } from "../../../live/session";
import { contactActivityQuery } from "../queries";
import styles from "./contact.module.css";

/** What a customer did lately. */
export function ContactActivity({ id }: { id: string }) {
  const { t, i18n } = useLingui();
  const now = new Date(useNow());
  const readable = usePermission("tickets:read");
  const events = useQuery({ ...contactActivityQuery(id), enabled: readable }).data?.value ?? [];
  if (events.length === 0) return null;
  return (
    <section className={styles.part} aria-label={t`Activity`}>
      <h2 className={styles.title}>
        <Trans>Activity</Trans>
      </h2>
      <ul className={styles.rows}>
        {events.map((event) => (
          <li key={event.id} className={`${styles.row} ${styles.event}`}>
            <span className={styles.subject} dir="auto" title={event.description}>
              {event.description}
            </span>
            <time className={styles.number} dateTime={event.created_at} title={exactly(event.created_at, i18n.locale)}>
              {ago(event.created_at, now, i18n.locale)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
