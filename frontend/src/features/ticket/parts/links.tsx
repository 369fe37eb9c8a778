import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { TicketLink } from "../../../api";
import { linksOf } from "../../../live/links";
import { Button } from "../../../ui/button";
import { useCommandPage } from "../../../ui/commands";
import { Section } from "../../../ui/section";
import { link as linkCommand } from "../commands";
import styles from "./links.module.css";
import { TicketLine } from "./ticket-links";
import { type Other, useLinking } from "./use-links";

interface Props {
  ticketId: string;
  mayChange: boolean;
}

/** The tickets that a ticket is linked with, each with its way off, and the way to one more. */
export function Links({ ticketId, mayChange }: Props) {
  const { t } = useLingui();
  const { ask } = useCommandPage();
  const [trouble, setTrouble] = useState("");
  const { remove } = useLinking(ticketId, setTrouble);
  const { data: links = [], isError } = useQuery(linksOf(ticketId));
  return (
    <Section id="links" title={t`Linked tickets`}>
      {links.length === 0 ? null : (
        <ul className={styles.links}>
          {links.map((each) => (
            <li key={each.ticket_id} className={styles.link}>
              <LinkLine link={each} remove={mayChange ? remove : undefined} />
            </li>
          ))}
        </ul>
      )}
      {isError ? (
        <p className={styles.words}>
          <Trans>The linked tickets could not be loaded.</Trans>
        </p>
      ) : null}
      {trouble === "" ? null : (
        <p className={styles.trouble} role="alert">
          {trouble}
        </p>
      )}
      {mayChange ? (
        <Button size="compact-xs" onClick={() => ask(linkCommand.id)}>
          <Trans>Link a ticket</Trans>
        </Button>
      ) : null}
    </Section>
  );
}

interface LineProps {
  link: TicketLink;
  remove: ((other: Other) => Promise<void>) | undefined;
}

function LinkLine({ link, remove }: LineProps) {
  const { t } = useLingui();
  const { ticket_id: id, number, kind, refers } = link;
  return (
    <>
      <TicketLine ticket={link} />
      {kind === "related" ? null : (
        <span className={styles.kind}>{refers ? <Trans>continued here</Trans> : <Trans>its follow-up</Trans>}</span>
      )}
      {remove === undefined ? null : (
        <button
          type="button"
          className={styles.remove}
          aria-label={t`Remove the link with #${number}`}
          onClick={() => void remove({ id, number, byMail: kind !== "related" })}
        >
          ×
        </button>
      )}
    </>
  );
}
