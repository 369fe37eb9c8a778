import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { Ticket } from "../../../live/entities";
import { opening } from "../../../live/opening";
import { usePermission } from "../../../live/session";
import { PersonMark } from "../../../ui/person";
import { PlaceLink } from "../../../ui/place";
import { Section } from "../../../ui/section";
import { STATUS_MARKS, STATUS_WORDS } from "../words";
import styles from "./requester.module.css";

/** Who asks, and what else they have asked. */
export function Requester({ ticket }: { ticket: Ticket }) {
  const { i18n, t } = useLingui();
  const mayRead = usePermission("contacts:read");
  const others = useQuery({ ...opening(ticket.number), enabled: false }).data?.others ?? null;
  const { id, name, email } = ticket.requester;
  const more = others === null ? 0 : others.total - others.tickets.length - 1;
  return (
    <>
      <div className={styles.person}>
        <PersonMark id={id} name={name} size={32} />
        <div className={styles.who}>
          <strong dir="auto">
            {mayRead ? (
              <PlaceLink to={`/contacts/${id}`} className={styles.name}>
                {name}
              </PlaceLink>
            ) : (
              name
            )}
          </strong>
          <a href={`mailto:${email}`} className={styles.email}>
            {email}
          </a>
        </div>
      </div>
      {others === null || others.tickets.length === 0 ? null : (
        <Section id="others" title={t`Other tickets`}>
          <ul className={styles.others}>
            {others.tickets.map((other) => (
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
          {more <= 0 ? null : (
            <p className={styles.more}>
              <Plural value={more} one="and # more" other="and # more" />
            </p>
          )}
        </Section>
      )}
    </>
  );
}
