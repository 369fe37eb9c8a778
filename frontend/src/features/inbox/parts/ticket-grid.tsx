import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  Suspense,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
} from "react";

import { tracksOf } from "../../../kernel/columns";
import type { Narrowing, View } from "../../../kernel/views";
import { watchRows } from "../../../live/presence";
import { later } from "../../../ui/later";
import type { Listing } from "./use-listing";
import styles from "./ticket-grid.module.css";
import { type Density, TicketRow } from "./ticket-row";

const HEIGHTS: Readonly<Record<Density, number>> = { comfortable: 64, cosy: 48, compact: 32 };
/** The height of a table's head. */
const HEAD = 28;
const ColumnHead = later(async () => (await import("./view-table")).ColumnHead);
/** Where each list was scrolled to, for coming back to it. */
const offsets = new Map<string, number>();

export interface GridHandle {
  /** Scrolls as little as it takes to see a place. */
  show: (place: number) => void;
  /** The places that can be seen. */
  seen: () => readonly [number, number];
  element: () => HTMLElement | null;
}

interface Props {
  readonly handle: Ref<GridHandle>;
  readonly name: string;
  readonly listKey: string;
  readonly listing: Listing;
  readonly density: Density;
  /** The columns of the table that a view shows; `null` for the rows that every list has. */
  readonly columns: readonly string[] | null;
  readonly view: View;
  readonly narrow: (changes: Narrowing) => void;
  readonly cursor: string | null;
  readonly focus: number;
  readonly open: string | null;
  readonly selected: (id: string) => boolean;
  readonly onChoose: (id: string, event: MouseEvent) => void;
  readonly onSelect: (id: string, event: MouseEvent) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

/** The rows of a list as a grid: only those in sight exist, the scroll bar and `aria-rowcount` are those of all. */
export function TicketGrid(props: Props) {
  const { handle, name, listKey, listing, density, columns, cursor, focus, open, selected } = props;
  const { onChoose, onSelect, onKey } = props;
  const { laid } = listing;
  const scroller = useRef<HTMLDivElement>(null);
  const height = HEIGHTS[density];
  const headHeight = columns === null ? 0 : HEAD;
  const tracks = columns === null ? null : tracksOf(columns);
  const at = laid.places.get(cursor ?? "") ?? -1;
  // It keeps what it measures outside of React; there is no React Compiler here that would need to know.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: laid.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
    initialOffset: offsets.get(listKey) ?? 0,
    // The row with the focus stays, however far it is out of sight.
    rangeExtractor: (range) => {
      const places = defaultRangeExtractor(range);
      return at === -1 || places.includes(at) ? places : [...places, at].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [virtual.range?.startIndex ?? 0, virtual.range?.endIndex ?? 0];
  useImperativeHandle(handle, () => ({
    show: (place) => virtual.scrollToIndex(place, { align: "auto" }),
    seen: () => [virtual.range?.startIndex ?? 0, virtual.range?.endIndex ?? 0],
    element: () => scroller.current,
  }));
  const want = useEffectEvent(() => listing.want(first, last));
  useEffect(() => want(), [first, last, laid.total, listKey]);
  const seen = laid.rows.slice(first, last + 1).flatMap((row) => (row === undefined ? [] : [row.id]));
  const cache = useQueryClient();
  const follow = useEffectEvent(() => watchRows(cache, seen));
  useEffect(() => follow(), [seen.join()]); // eslint-disable-line react-hooks/exhaustive-deps -- by content
  useEffect(() => () => watchRows(cache, []), [cache]);
  const measure = useEffectEvent(() => virtual.measure());
  useEffect(() => measure(), [height, headHeight]);
  const back = useEffectEvent(() => virtual.scrollToOffset(offsets.get(listKey) ?? 0));
  useEffect(() => back(), [listKey]);
  return (
    // The focus is on its rows, one of which the tab key reaches.
    // eslint-disable-next-line jsx-a11y-x/interactive-supports-focus
    <div
      ref={scroller}
      role="grid"
      className={styles.grid}
      data-old={listing.old ? true : undefined}
      aria-label={name}
      aria-rowcount={laid.total + (columns === null ? 0 : 1)}
      aria-multiselectable
      aria-busy={listing.old}
      onKeyDown={onKey}
      onScroll={(event) => {
        if (!listing.old) offsets.set(listKey, event.currentTarget.scrollTop);
      }}
    >
      <div
        role="rowgroup"
        className={styles.rows}
        style={{ blockSize: virtual.getTotalSize(), ...(tracks === null ? {} : tableStyle(tracks)) }}
      >
        {columns === null ? null : (
          <Suspense fallback={null}>
            <ColumnHead columns={columns} view={props.view} narrow={props.narrow} />
          </Suspense>
        )}
        {items.map(({ index, start }) => {
          const row = laid.rows[index];
          if (row === undefined) return <Missing key={index} place={index} top={start} height={height} />;
          return (
            <TicketRow
              key={row.id}
              id={row.id}
              place={index}
              top={start}
              density={density}
              columns={columns}
              open={row.id === open}
              selected={selected(row.id)}
              gone={listing.waiting.gone.has(row.id)}
              stop={at === -1 ? index === items[0]?.index : row.id === cursor}
              focus={row.id === cursor ? focus : 0}
              onChoose={onChoose}
              onSelect={onSelect}
            />
          );
        })}
      </div>
    </div>
  );
}

function tableStyle({ template, width }: ReturnType<typeof tracksOf>): CSSProperties {
  return { "--columns": template, minInlineSize: `${width}rem` } as CSSProperties;
}

function Missing({ place, top, height }: { place: number; top: number; height: number }) {
  const { t } = useLingui();
  return (
    <div
      role="row"
      className={styles.missing}
      style={{ transform: `translateY(${top}px)`, blockSize: height }}
      aria-rowindex={place + 1}
    >
      <span role="gridcell" aria-label={t`Loading`} />
    </div>
  );
}

/** The line above the list behind which new rows wait. */
export function ArrivedLine({ listing, show }: { listing: Listing; show: () => void }) {
  const count = listing.waiting.arrived.size;
  if (count === 0) return null;
  return (
    <button type="button" className={styles.arrived} onClick={show}>
      <Trans>{count} new</Trans> <kbd>.</kbd>
    </button>
  );
}
