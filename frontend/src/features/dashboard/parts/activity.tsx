import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { ago, exactly } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { usePermission } from "../../../live/session";
import { Loaded } from "../../../ui/loaded";
import { PlaceLink } from "../../../ui/place";
import { activityQuery } from "../queries";
import styles from "./dashboard.module.css";

/** What happened last on all tickets. */
export function Activity() {
  const { t, i18n } = useLingui();
  const readable = usePermission("tickets:read");
  const query = useQuery({ ...activityQuery, enabled: readable });
  const now = new Date(useNow());
  if (!readable) return null;
  return (
    <section className={styles.part} aria-label={t`Lately`}>
      <h2 className={styles.heading}>
        <Trans>Lately</Trans>
      </h2>
      <Loaded query={query}>
        {({ value: events }) => (
          <ul className={styles.rows}>
            {events.map((event) => (
              <li key={event.id}>
                <PlaceLink to={`/tickets/${event.ticket_id}`} className={styles.row}>
                  <span className={styles.subject} dir="auto">
                    {event.target}
                  </span>
                  <time
                    className={styles.moment}
                    dateTime={event.timestamp}
                    title={exactly(event.timestamp, i18n.locale)}
                  >
                    {ago(event.timestamp, now, i18n.locale)}
                  </time>
                  <span className={styles.second} dir="auto">
                    <bdi>{event.user.name}</bdi> · {event.action}
                  </span>
                </PlaceLink>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
