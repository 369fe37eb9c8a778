import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useParams } from "@tanstack/react-router";

import { dayAndTime } from "../../../kernel/moments";
import type { Ticket } from "../../../live/entities";
import { usePresence } from "../../../live/presence";
import { useCommandPage } from "../../../ui/commands";
import { Button } from "../../../ui/button";
import { DetailsIcon, MoreIcon } from "../../../ui/icons";
import { Menu, MenuItem } from "../../../ui/menu";
import { copyAddress, setPriority, setStatus, snooze } from "../commands";
import { PRIORITY_MARKS, PRIORITY_WORDS, STATUS_MARKS } from "../words";
import styles from "./head.module.css";
import { Others } from "./others";
import { useStatusWords } from "./use-statuses";

interface Props {
  ticket: Ticket;
  mayChange: boolean;
  turn: () => void;
  details: { shown: boolean; toggle: () => void };
  copy: () => void;
  remove: (() => void) | undefined;
  widen: () => void;
  isWide: boolean;
}

/** What a ticket is about, how it is, who else is here, and the acts on it. */
export function Head({ ticket, mayChange, turn, details, copy, remove, widen, isWide }: Props) {
  const { i18n, t } = useLingui();
  const { ask } = useCommandPage();
  const statusWords = useStatusWords();
  const { view = "mine" }: { view?: string } = useParams({ strict: false });
  const others = usePresence(ticket.id);
  const done = ticket.status === "solved" || ticket.status === "closed";
  return (
    <header className={styles.head}>
      <Link to="/inbox/$view" params={{ view }} className={styles.back} aria-label={t`Back to the list`}>
        ‹
      </Link>
      <div className={styles.about}>
        <h1 className={styles.subject} dir="auto">
          <span className={styles.number}>#{ticket.number}</span> <bdi>{ticket.subject}</bdi>
        </h1>
        <p className={styles.state}>
          <button type="button" disabled={!mayChange} onClick={() => ask(setStatus.id)} title="S">
            <span aria-hidden>{STATUS_MARKS[ticket.status]}</span> {statusWords(ticket)}
          </button>
          <button type="button" disabled={!mayChange} onClick={() => ask(setPriority.id)} title="P">
            <span aria-hidden>{PRIORITY_MARKS[ticket.priority]}</span> {i18n._(PRIORITY_WORDS[ticket.priority])}
          </button>
          {ticket.snoozed_until === null ? null : <Waits until={ticket.snoozed_until} />}
          <span className={styles.assignee} dir="auto">
            {ticket.assignee?.name ?? t`Nobody`}
          </span>
        </p>
      </div>
      <Others people={others} />
      {mayChange ? (
        <Button size="xs" onClick={turn} title="E">
          {done ? <Trans>Reopen</Trans> : <Trans>Solve</Trans>}
        </Button>
      ) : null}
      <Menu
        position="bottom-end"
        button={
          <button type="button" className={styles.act} aria-label={t`More acts`}>
            <MoreIcon size={18} aria-hidden />
          </button>
        }
      >
        <MenuItem onClick={widen} rightSection={<kbd>F</kbd>}>
          {isWide ? <Trans>Narrow again</Trans> : <Trans>Wide</Trans>}
        </MenuItem>
        <MenuItem onClick={copy} rightSection={<kbd>L</kbd>}>
          {i18n._(copyAddress.words)}
        </MenuItem>
        {remove === undefined ? null : (
          <MenuItem onClick={remove} rightSection={<kbd>Del</kbd>}>
            <Trans>Delete</Trans>
          </MenuItem>
        )}
      </Menu>
      <button
        type="button"
        className={styles.act}
        aria-label={t`Details`}
        aria-expanded={details.shown}
        title="]"
        onClick={details.toggle}
      >
        <DetailsIcon size={18} aria-hidden />
      </button>
    </header>
  );
}

function Waits({ until }: { until: string }) {
  const { i18n } = useLingui();
  const { ask } = useCommandPage();
  const moment = dayAndTime(until, i18n.locale);
  return (
    <button type="button" onClick={() => ask(snooze.id)} title="H">
      <Trans>waits until {moment}</Trans>
    </button>
  );
}
