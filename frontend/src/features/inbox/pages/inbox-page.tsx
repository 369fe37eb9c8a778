import { Trans, useLingui } from "@lingui/react/macro";
import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef } from "react";

import type { ListedTicket } from "../../../api";
import { type BuiltIn, isBuiltIn, queryOf } from "../../../kernel/views";
import { usePrefetch } from "../../../live/prefetch";
import { rowsOf, ticketList } from "../../../live/tickets";
import { useCommand } from "../../../ui/commands";
import { EmptyState, ErrorState, LoadingState } from "../../../ui/state";
import { TicketPane } from "../../ticket";
import { goToSolved, goToUnassigned, nextTicket, previousTicket, searchList } from "../commands";
import { TicketList } from "../parts/ticket-list";
import { ViewsPane } from "../parts/views-pane";
import styles from "./inbox-page.module.css";

/** The views, the list of the chosen one, and the ticket that is open in it. */
export default function InboxPage() {
  const { t } = useLingui();
  const params: { view?: string; number?: string } = useParams({ strict: false });
  const search: { q?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const view: BuiltIn = isBuiltIn(params.view) ? params.view : "mine";
  const words = search.q ?? "";
  const number = Number(params.number ?? Number.NaN);
  const list = useInfiniteQuery(ticketList(queryOf(view, words)));
  const rows = rowsOf(list.data?.pages);
  const place = rows.findIndex((row) => row.number === number);
  // The two after the open one and the one before, as they are likely to be opened next.
  const near = place === -1 ? rows.slice(0, 2) : [rows[place + 1], rows[place + 2], rows[place - 1]];
  usePrefetch(near.flatMap((row) => row?.number ?? []));
  const field = useRef<HTMLInputElement>(null);
  const query = words === "" ? {} : { q: words };

  function open(chosen: number): void {
    void navigate({ to: "/inbox/$view/$number", params: { view, number: String(chosen) }, search: query as never });
  }

  function show(chosen: BuiltIn): void {
    void navigate({ to: "/inbox/$view", params: { view: chosen } });
  }

  function step(by: 1 | -1): void {
    const row = rows[place === -1 ? 0 : place + by];
    if (row !== undefined) open(row.number);
  }

  useCommand(nextTicket, rows.length > 0 ? () => step(1) : undefined);
  useCommand(previousTicket, rows.length > 0 ? () => step(-1) : undefined);
  useCommand(searchList, () => field.current?.focus());
  useCommand(goToUnassigned, () => show("unassigned"));
  useCommand(goToSolved, () => show("solved"));
  return (
    <div className={styles.inbox} data-open={Number.isNaN(number) ? undefined : true}>
      <ViewsPane view={view} />
      <section className={styles.list} aria-label={t`Tickets`}>
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            const q = field.current?.value.trim() ?? "";
            void navigate({ to: "/inbox/$view", params: { view }, search: (q === "" ? {} : { q }) as never });
            field.current?.blur();
          }}
        >
          <input
            key={`${view} ${words}`}
            ref={field}
            className={styles.search}
            type="search"
            name="q"
            defaultValue={words}
            aria-label={t`Search in this list`}
            placeholder={t`Search, or priority:urgent`}
          />
        </form>
        <Found list={list} rows={rows} chosen={number} open={open} searched={words !== ""} />
      </section>
      <section className={styles.ticket} aria-label={t`Ticket`}>
        {Number.isNaN(number) ? (
          <EmptyState title={t`No ticket is open`}>
            <Trans>Choose one from the list, or press J.</Trans>
          </EmptyState>
        ) : (
          <TicketPane number={number} />
        )}
      </section>
    </div>
  );
}

interface FoundProps {
  list: UseInfiniteQueryResult<InfiniteData<{ pagination: { total: number } }>>;
  rows: readonly ListedTicket[];
  chosen: number;
  open: (number: number) => void;
  searched: boolean;
}

function Found({ list, rows, chosen, open, searched }: FoundProps) {
  if (list.isPending) return <LoadingState lines={12} retry={() => void list.refetch()} />;
  if (list.isError) return <ErrorState message={list.error.message} retry={() => void list.refetch()} />;
  return (
    <TicketList
      rows={rows}
      total={list.data.pages[0]?.pagination.total ?? 0}
      chosen={chosen}
      open={open}
      more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
      searched={searched}
    />
  );
}
