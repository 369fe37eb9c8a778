import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { quoted } from "../../../kernel/chips";
import { Loaded } from "../../../ui/loaded";
import { PersonMark } from "../../../ui/person";
import { PlaceLink } from "../../../ui/place";
import { staffQuery } from "../queries";
import styles from "./dashboard.module.css";

const ORDER = ["online", "busy", "away"] as const;

/** The colleagues who are here; each leads to what they work on. */
export function Staff() {
  const { t } = useLingui();
  const query = useQuery(staffQuery);
  const words = { online: t`online`, busy: t`busy`, away: t`away` };
  return (
    <section className={styles.part} aria-label={t`Who is here`}>
      <h2 className={styles.heading}>
        <Trans>Who is here</Trans>
      </h2>
      <Loaded query={query}>
        {({ value: people }) => {
          const here = ORDER.flatMap((state) => people.filter(({ availability }) => availability === state));
          if (here.length === 0) {
            return (
              <p className={styles.none}>
                <Trans>Nobody is marked as available right now.</Trans>
              </p>
            );
          }
          return (
            <ul className={styles.rows}>
              {here.map(({ id, name, email, availability, avatar_url: picture }) => (
                <li key={id}>
                  <PlaceLink
                    to={`/inbox/open?q=${encodeURIComponent(`assignee:${quoted(email)}`)}`}
                    className={styles.person}
                  >
                    <PersonMark id={id} name={name} picture={picture} staff size={24} />
                    <span className={styles.subject} dir="auto">
                      {name}
                    </span>
                    <span className={styles.moment}>{availability === "offline" ? "" : words[availability]}</span>
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
