import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { Ticket } from "../../../live/entities";
import { opening } from "../../../live/opening";
import { usePermission } from "../../../live/session";
import { PersonMark } from "../../../ui/person";
import { PlaceLink } from "../../../ui/place";
import { Section } from "../../../ui/section";
import styles from "./requester.module.css";
import { TicketLinks } from "./ticket-links";

/** Who asks, and what else they have asked. */
export function Requester({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const mayRead = usePermission("contacts:read");
  const others = useQuery({ ...opening(ticket.number), enabled: false }).data?.others ?? null;
  const { id, name, email, avatar_url: picture } = ticket.requester;
  const more = others === null ? 0 : others.total - others.tickets.length - 1;
  return (
    <>
      <div className={styles.person}>
        <PersonMark id={id} name={name} picture={picture} size={32} />
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
          <TicketLinks tickets={others.tickets} />
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
