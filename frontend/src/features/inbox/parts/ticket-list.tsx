import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";

import type { ListedTicket } from "../../../api";
import { ago, exactly } from "../../../kernel/moments";
import { Button } from "../../../ui/fields";
import { EmptyState } from "../../../ui/state";
import { PRIORITY_MARKS, PRIORITY_WORDS, STATUS_MARKS, STATUS_WORDS } from "../../ticket";
import styles from "./ticket-list.module.css";

interface Props {
  rows: readonly ListedTicket[];
  total: number;
  chosen: number;
  open: (number: number) => void;
  more: (() => void) | undefined;
  searched: boolean;
}

/** The tickets of a view, one tab stop for all; arrows, J and K move. */
export function TicketList({ rows, total, chosen, open, more, searched }: Props) {
  const { t } = useLingui();
  if (rows.length === 0) {
    return <EmptyState title={searched ? t`No ticket matches` : t`Nothing waits here`} />;
  }
  const stop = rows.some((row) => row.number === chosen) ? chosen : rows[0]?.number;
  return (
    <>
      <p className={styles.count}>
        <Plural value={total} one="# ticket" other="# tickets" />
      </p>
      <ul className={styles.rows}>
        {rows.map((row) => (
          <Row key={row.id} row={row} chosen={row.number === chosen} stop={row.number === stop} open={open} />
        ))}
        {more === undefined ? null : (
          <li className={styles.more}>
            <Button size="xs" onClick={more}>
              <Trans>Show more</Trans>
            </Button>
          </li>
        )}
      </ul>
    </>
  );
}

function Row(props: { row: ListedTicket; chosen: boolean; stop: boolean; open: (number: number) => void }) {
  const { row, chosen, stop, open } = props;
  const { i18n, t } = useLingui();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) button.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const marks = `${i18n._(STATUS_WORDS[row.status])}, ${i18n._(PRIORITY_WORDS[row.priority])}`;
  return (
    <li>
      <button
        ref={button}
        type="button"
        className={styles.row}
        aria-current={chosen ? "true" : undefined}
        tabIndex={stop ? 0 : -1}
        onClick={() => open(row.number)}
      >
        <span className={styles.first}>
          {row.unread === true ? <span className={styles.unread} role="img" aria-label={t`unread`} /> : null}
          <span className={styles.who}>{row.requester.name}</span>
          <time dateTime={row.updated_at} title={exactly(row.updated_at, i18n.locale)}>
            {ago(row.updated_at, new Date(), i18n.locale)}
          </time>
        </span>
        <span className={styles.subject}>{row.subject}</span>
        <span className={styles.preview}>{row.preview ?? ""}</span>
        <span className={styles.marks}>
          <span role="img" aria-label={marks}>
            {STATUS_MARKS[row.status]} {PRIORITY_MARKS[row.priority]}
          </span>
          <span>#{row.number}</span>
          <span className={styles.assignee}>{row.assignee?.name ?? ""}</span>
        </span>
      </button>
    </li>
  );
}
