import { Trans, useLingui } from "@lingui/react/macro";
import { memo, type MouseEvent, Suspense, useEffect, useRef } from "react";

import { clockOf } from "../../../kernel/clock";
import { ago, exactly } from "../../../kernel/moments";
import { type Ticket, useTicket } from "../../../live/entities";
import { useNow } from "../../../live/now";
import { useDraftLine } from "../../../live/views";
import { later } from "../../../ui/later";
import { ColleagueMark } from "../../ticket";
import { ClockMark, PriorityMark, StatusMark } from "./marks";
import { RowState } from "./row-state";
import styles from "./ticket-row.module.css";

const ColumnCells = later(async () => (await import("./view-table")).ColumnCells);

export type Density = "comfortable" | "cosy" | "compact";

export interface RowLook {
  /** Open next to the list. */
  readonly open: boolean;
  readonly selected: boolean;
  /** No longer belongs to the list; it goes when it is left. */
  readonly gone: boolean;
  /** The one row that the tab key reaches. */
  readonly stop: boolean;
  /** Counts up when the row is to have the focus. */
  readonly focus: number;
}

interface Props extends RowLook {
  readonly id: string;
  readonly place: number;
  readonly top: number;
  readonly density: Density;
  /** The columns of a table; `null` for the lines that every list has. */
  readonly columns: readonly string[] | null;
  readonly onChoose: (id: string, event: MouseEvent) => void;
  readonly onSelect: (id: string, event: MouseEvent) => void;
}

/** One ticket of the list. */
export const TicketRow = memo(function TicketRow(props: Props) {
  const { id, place, top, density, columns, open, selected, gone, stop, focus, onChoose, onSelect } = props;
  const ticket = useTicket(id);
  const { t } = useLingui();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus > 0) row.current?.focus({ preventScroll: true });
  }, [focus]);
  return (
    // The keys of the list work on its rows.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
    <div
      ref={row}
      role="row"
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={stop ? 0 : -1}
      aria-rowindex={place + (columns === null ? 1 : 2)}
      aria-selected={selected}
      aria-current={open ? "true" : undefined}
      data-id={id}
      data-density={density}
      data-columns={columns === null ? undefined : true}
      data-gone={gone ? true : undefined}
      data-unread={ticket?.unread === true ? true : undefined}
      onClick={(event) => onChoose(id, event)}
    >
      <span role="gridcell" className={styles.edge}>
        {ticket?.unread === true ? <span className={styles.dot} role="img" aria-label={t`unread`} /> : null}
        {/* The row's own keys select, too: X, and the arrows with Shift. */}
        <input
          type="checkbox"
          className={styles.check}
          tabIndex={-1}
          checked={selected}
          aria-label={t`Select`}
          onClick={(event) => {
            event.stopPropagation();
            onSelect(id, event);
          }}
          onChange={() => undefined}
        />
      </span>
      {ticket === undefined ? null : columns !== null ? (
        <Suspense fallback={null}>
          <ColumnCells columns={columns} ticket={ticket} gone={gone} />
        </Suspense>
      ) : density === "compact" ? (
        <Columns ticket={ticket} gone={gone} />
      ) : (
        <Lines ticket={ticket} gone={gone} cosy={density === "cosy"} />
      )}
    </div>
  );
});

function Lines({ ticket, gone, cosy }: { ticket: Ticket; gone: boolean; cosy: boolean }) {
  const marks = <Marks ticket={ticket} gone={gone} />;
  return (
    <span role="gridcell" className={styles.lines}>
      <span className={styles.line}>
        <span className={styles.requester}>{ticket.requester.name}</span>
        {cosy ? marks : null}
        <Changed ticket={ticket} />
      </span>
      <span className={styles.line}>
        <span className={styles.subject}>{ticket.subject}</span>
        {cosy ? <Preview ticket={ticket} /> : null}
        {cosy ? <Assignee ticket={ticket} /> : null}
      </span>
      {cosy ? null : (
        <span className={styles.line}>
          <Preview ticket={ticket} />
          {marks}
          <Assignee ticket={ticket} />
        </span>
      )}
    </span>
  );
}

function Columns({ ticket, gone }: { ticket: Ticket; gone: boolean }) {
  return (
    <>
      <span role="gridcell" className={styles.requester}>
        {ticket.requester.name}
      </span>
      <span role="gridcell" className={styles.about}>
        <span className={styles.subject}>{ticket.subject}</span>
        <Preview ticket={ticket} />
      </span>
      <span role="gridcell" className={styles.marks}>
        <Marks ticket={ticket} gone={gone} />
      </span>
      <span role="gridcell" className={styles.assignee}>
        <Assignee ticket={ticket} />
      </span>
      <span role="gridcell" className={styles.time}>
        <Changed ticket={ticket} />
      </span>
    </>
  );
}

/** The last public words, or one's own that are not sent yet. */
function Preview({ ticket }: { ticket: Ticket }) {
  const draft = useDraftLine(ticket.id);
  return (
    <span className={styles.preview}>
      {draft === undefined ? (
        ticket.preview
      ) : (
        <>
          <b className={styles.draft}>
            <Trans>Draft:</Trans>
          </b>{" "}
          {draft}
        </>
      )}
    </span>
  );
}

function Marks({ ticket, gone }: { ticket: Ticket; gone: boolean }) {
  const clock = clockOf(ticket, new Date(useNow()));
  return (
    <>
      <RowState id={ticket.id} gone={gone} />
      {clock === null || clock.state === "paused" || gone ? null : <ClockMark clock={clock} />}
      <PriorityMark priority={ticket.priority} />
      <StatusMark ticket={ticket} />
    </>
  );
}

function Assignee({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { assignee } = ticket;
  if (assignee === null) return <span className={styles.nobody} role="img" aria-label={t`unassigned`} />;
  return (
    <span className={styles.person} role="img" aria-label={assignee.name} title={assignee.name}>
      <ColleagueMark id={assignee.id} name={assignee.name} size={20} />
    </span>
  );
}

function Changed({ ticket }: { ticket: Ticket }) {
  const { i18n } = useLingui();
  const now = new Date(useNow());
  return (
    <time className={styles.time} dateTime={ticket.updated_at} title={exactly(ticket.updated_at, i18n.locale)}>
      {ago(ticket.updated_at, now, i18n.locale)}
    </time>
  );
}
