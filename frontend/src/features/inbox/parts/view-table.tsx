import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { Channel } from "../../../api";
import { clockOf } from "../../../kernel/clock";
import { fieldOf, SORT_OF } from "../../../kernel/columns";
import { ago, exactly } from "../../../kernel/moments";
import type { Narrowing, View } from "../../../kernel/views";
import { fieldDefinitions } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import { useNow } from "../../../live/now";
import { PRIORITY_WORDS, TYPE_WORDS, useStatusWords } from "../../ticket";
import { useColumnChoices } from "../column-words";
import { FieldValueWords } from "./field-value";
import { ClockMark, PriorityMark, StatusMark } from "./marks";
import { RowState } from "./row-state";
import styles from "./view-table.module.css";

interface HeadProps {
  columns: readonly string[];
  view: View;
  narrow: (changes: Narrowing) => void;
}

/** The names of a view's columns; a press sorts by one, a second press the other way round. */
export function ColumnHead({ columns, view, narrow }: HeadProps) {
  const choices = useColumnChoices();
  const names = new Map(choices.map(({ value, label }) => [value, label]));
  return (
    <div role="row" className={styles.head} aria-rowindex={1}>
      <span role="columnheader" />
      {columns.map((column) => {
        const sort = SORT_OF[column];
        const name = names.get(column) ?? "";
        const sorted = sort !== undefined && sort === view.sort;
        const down = view.order === "desc";
        return (
          <span
            key={column}
            role="columnheader"
            className={styles.name}
            aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
          >
            {sort === undefined ? (
              name
            ) : (
              // The menu of the list's head does the same for the keyboard.
              <button
                type="button"
                tabIndex={-1}
                className={styles.sort}
                onClick={() => narrow(sorted ? { sort, order: down ? "asc" : "desc" } : { sort, order: "" })}
              >
                {name} {sorted ? <span aria-hidden>{down ? "↓" : "↑"}</span> : null}
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}

interface CellsProps {
  columns: readonly string[];
  ticket: Ticket;
  gone: boolean;
}

/** A ticket's values in the columns of a view. Where it has none, the place stays empty. */
export function ColumnCells({ columns, ticket, gone }: CellsProps) {
  const last = columns.includes("subject") ? "subject" : columns[0];
  return columns.map((column) => (
    <span key={column} role="gridcell" className={styles.cell} data-column={column}>
      <span className={styles.value} dir="auto">
        <Value column={column} ticket={ticket} />
      </span>
      {column === last ? <RowState id={ticket.id} gone={gone} /> : null}
    </span>
  ));
}

const VALUES: Readonly<Record<string, (props: { ticket: Ticket }) => ReactNode>> = {
  number: ({ ticket }) => `#${ticket.number}`,
  subject: ({ ticket }) => ticket.subject,
  requester: ({ ticket }) => ticket.requester.name,
  status: Status,
  priority: Priority,
  type: Type,
  channel: ChannelWord,
  assignee: ({ ticket }) => ticket.assignee?.name,
  group: ({ ticket }) => ticket.group?.name,
  category: ({ ticket }) => ticket.category?.name,
  tags: ({ ticket }) => ticket.tags.join(", "),
  sla: Deadline,
  created_at: ({ ticket }) => <Moment moment={ticket.created_at} />,
  updated_at: ({ ticket }) => <Moment moment={ticket.updated_at} />,
  first_response_at: ({ ticket }) => <Moment moment={ticket.first_response_at} />,
  solved_at: ({ ticket }) => <Moment moment={ticket.solved_at} />,
};

function Value({ column, ticket }: { column: string; ticket: Ticket }) {
  const Known = VALUES[column];
  return Known === undefined ? (
    <OwnField fieldKey={fieldOf(column) ?? ""} ticket={ticket} />
  ) : (
    <Known ticket={ticket} />
  );
}

function Priority({ ticket }: { ticket: Ticket }) {
  const { i18n } = useLingui();
  return (
    <>
      <PriorityMark priority={ticket.priority} /> <span aria-hidden>{i18n._(PRIORITY_WORDS[ticket.priority])}</span>
    </>
  );
}

function Type({ ticket }: { ticket: Ticket }) {
  const { i18n } = useLingui();
  return i18n._(TYPE_WORDS[ticket.type]);
}

function ChannelWord({ ticket }: { ticket: Ticket }) {
  return useChannelWords()[ticket.channel];
}

function Status({ ticket }: { ticket: Ticket }) {
  const words = useStatusWords()(ticket);
  return (
    <>
      <StatusMark ticket={ticket} /> <span aria-hidden>{words}</span>
    </>
  );
}

function Deadline({ ticket }: { ticket: Ticket }) {
  const clock = clockOf(ticket, new Date(useNow()));
  return clock === null ? null : <ClockMark clock={clock} />;
}

function Moment({ moment }: { moment: string | null }) {
  const { i18n } = useLingui();
  const now = new Date(useNow());
  if (moment === null) return null;
  return (
    <time dateTime={moment} title={exactly(moment, i18n.locale)}>
      {ago(moment, now, i18n.locale)}
    </time>
  );
}

function OwnField({ fieldKey, ticket }: { fieldKey: string; ticket: Ticket }) {
  const field = useQuery(fieldDefinitions).data?.find(({ key }) => key === fieldKey);
  if (field === undefined) return null;
  return <FieldValueWords field={field} value={ticket.fields[fieldKey] ?? null} />;
}

/** How tickets came in, as people read it. */
function useChannelWords(): Readonly<Record<Channel, string>> {
  const { t } = useLingui();
  return { web: t`Web`, api: t`API`, email: t`Mail`, chat: t`Chat`, phone: t`Phone`, import: t`Import` };
}
