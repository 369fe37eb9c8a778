import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useRef } from "react";

import { type Problem, RefusedError } from "../../../api";
import { shownColumns } from "../../../kernel/columns";
import { isSelected, NOTHING_SELECTED, type Selection } from "../../../kernel/selection";
import { type Narrowing, narrowed, type View } from "../../../kernel/views";
import { fieldDefinitions } from "../../../live/directory";
import { usePrefetch } from "../../../live/prefetch";
import { usePreferences } from "../../../live/preferences";
import { later } from "../../../ui/later";
import { LastAct } from "../../../ui/last-act";
import { useWiderThanPhone } from "../../../ui/media";
import { ErrorState, LoadingState } from "../../../ui/state";
import { ListHead } from "./list-head";
import styles from "./list-pane.module.css";
import { SearchField } from "./search-field";
import { ArrivedLine, type GridHandle, TicketGrid } from "./ticket-grid";
import { useBulk } from "./use-bulk";
import { useListKeys } from "./use-list-keys";
import { type Listing, type Rows, useListing } from "./use-listing";
import { useWaiting } from "./use-waiting";

const EmptyList = later(async () => (await import("./empty-list")).EmptyList);
const BulkBar = later(async () => (await import("./bulk-bar")).BulkBar);

interface Props {
  /** The view in addresses. */
  viewName: string;
  /** The view's name for people. */
  title: string;
  base: View;
  search: Narrowing;
  openNumber: number | null;
  open: (number: number) => void;
  close: () => void;
  narrow: (changes: Narrowing) => void;
  onViews: () => void;
}

/** The list of a view: what was found, what is selected, and where the keyboard is in it. */
export function ListPane({ viewName, title, base, search, openNumber, open, close, narrow, onViews }: Props) {
  const { t } = useLingui();
  const view = narrowed(base, search);
  const listKey = JSON.stringify(view);
  const listing = useListing(view);
  const { laid, waiting } = listing;
  const words = search.q ?? "";
  const density = usePreferences()?.density ?? "cosy";
  const columns = useColumns(base, density === "compact" && openNumber === null);
  const grid = useRef<GridHandle>(null);
  const keys = useListKeys({ listKey, laid, old: listing.old, openNumber, open, close, grid });
  const { cursor, openId, selection, selecting, setSelection } = keys;
  const openGone = openId !== null && waiting.gone.has(openId);
  const { hand, renew } = useWaiting(listing, title, selecting || openGone, grid);
  usePrefetch(near(laid, openId));
  const clear = () => setSelection(NOTHING_SELECTED);
  const acted: Selection = selecting ? selection : { ids: new Set(cursor === null ? [] : [cursor]), all: false };
  useBulk({ view, selection: acted, total: laid.total, open: keys.single, above: selecting, done: clear });
  return (
    <section className={styles.pane} aria-label={t`Tickets`} data-pane tabIndex={-1} {...hand}>
      <ListHead
        name={title}
        total={listing.state === "shown" ? laid.total : null}
        view={view}
        density={density}
        onViews={onViews}
        narrow={narrow}
      />
      <SearchField key={viewName} base={base} words={words} problem={unread(listing)} narrow={narrow} />
      <ArrivedLine listing={listing} show={renew} />
      <Absent listing={listing} />
      {listing.state === "shown" && laid.total === 0 ? (
        <Suspense fallback={null}>
          <EmptyList viewName={viewName} words={words} narrow={narrow} />
        </Suspense>
      ) : null}
      {laid.total === 0 ? null : (
        <TicketGrid
          handle={grid}
          name={title}
          listKey={listKey}
          listing={listing}
          density={density}
          columns={columns}
          view={view}
          narrow={narrow}
          cursor={cursor}
          focus={keys.focus}
          open={openId}
          selected={(id) => isSelected(selection, id)}
          onChoose={keys.onChoose}
          onSelect={keys.onSelect}
          onKey={keys.onKey}
        />
      )}
      {selecting ? (
        <Suspense fallback={null}>
          <BulkBar
            selection={selection}
            total={laid.total}
            all={() => setSelection({ ids: selection.ids, all: true })}
            done={clear}
          />
        </Suspense>
      ) : null}
      <div className={styles.last} data-last-act>
        <LastAct />
      </div>
      {selecting ? null : (
        <span className={styles.hint} aria-hidden>
          <Trans>J K move · X selects · ? shows all keys</Trans>
        </span>
      )}
    </section>
  );
}

/** The columns that a view's own table shows where there is room for one; `null` for the usual rows. */
function useColumns({ columns }: View, asTable: boolean): readonly string[] | null {
  const wide = useWiderThanPhone();
  const wanted = asTable && wide && columns !== undefined;
  const fields = useQuery({ ...fieldDefinitions, enabled: wanted }).data;
  return useMemo(() => {
    if (!wanted) return null;
    const defined = (fields ?? []).filter((field) => field.deleted_at === null).map(({ key }) => key);
    const shown = shownColumns(columns, new Set(defined));
    return shown.length === 0 ? null : shown;
  }, [wanted, columns, fields]);
}

/** The two rows after the open one and the one before, as they are likely to be opened next. */
function near({ rows, places }: Rows, openId: string | null): number[] {
  const place = places.get(openId ?? "") ?? -1;
  const found = place === -1 ? rows.slice(0, 2) : [rows[place + 1], rows[place + 2], rows[place - 1]];
  return found.flatMap((row) => row?.number ?? []);
}

/** Why the server could not read the search; `null` for any other failure. */
function unread({ problem }: Listing): Problem | null {
  return problem instanceof RefusedError && problem.problem.status === 422 ? problem.problem : null;
}

/** In place of rows that are not there. */
function Absent({ listing }: { listing: Listing }) {
  const { state, problem, retry } = listing;
  if (state === "loading") return <LoadingState lines={12} height={32} retry={retry} />;
  if (state === "shown" || unread(listing) !== null) return null;
  const refused = problem instanceof RefusedError ? problem.problem : null;
  return <ErrorState message={refused?.message ?? ""} requestId={refused?.requestId ?? null} retry={retry} />;
}
