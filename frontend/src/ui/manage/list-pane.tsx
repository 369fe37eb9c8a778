import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";

import type { Choice } from "../form/bound";
import { PlaceLink } from "../place";
import { ErrorState } from "../state";
import styles from "./list-pane.module.css";
import { useAddress } from "./use-address";

export interface ListRow {
  readonly id: string;
  readonly to: string;
  readonly name: string;
  /** A second line in small letters. */
  readonly detail?: ReactNode;
  /** A colour of its own, as a dot before the name. */
  readonly color?: string | null;
  /** At the end of the first line: a count or a state, in words. */
  readonly mark?: ReactNode;
  /** Switched off: shown fainter, besides the mark that says so. */
  readonly off?: boolean;
}

interface ListPaneProps {
  title: string;
  rows: readonly ListRow[];
  /** How many there are in all. */
  total: number;
  chosen: string | undefined;
  /** Leads to an empty form. */
  add?: { to: string; label: string };
  sorts?: readonly Choice[];
  /** No field for searching, where there are always few. */
  unsearched?: boolean;
  /** Fetches more rows. */
  more?: (() => void) | undefined;
  /** Why there are none, and what to do. */
  empty: ReactNode;
  /** Nothing is known yet. */
  loading?: boolean;
  /** Why nothing can be known. */
  error?: Error | null;
  /** The rows that are picked for one act on all of them, and how a row is picked or left out. */
  picked?: { readonly ids: ReadonlySet<string>; readonly pick: (id: string, on: boolean) => void } | undefined;
  /** Puts a row at another place: by dragging it, or with `Alt` and an arrow key. */
  move?: (id: string, to: number) => void;
  /** Between the head and the rows, for instance filters. */
  children?: ReactNode;
}

/** A list with its count, search and order; one tab stop, in which the arrow keys move. */
export function ListPane(props: ListPaneProps) {
  const { t, i18n } = useLingui();
  const { title, rows, total, chosen, add, sorts = [], more, empty } = props;
  const address = useAddress();
  const sought = address.q;
  return (
    <section className={styles.pane} aria-label={title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        <span className={styles.count}>{new Intl.NumberFormat(i18n.locale).format(total)}</span>
        {add === undefined ? null : (
          <PlaceLink to={add.to} keepSearch className={styles.add}>
            {add.label}
          </PlaceLink>
        )}
      </div>
      {props.unsearched === true && sorts.length === 0 ? null : (
        <div className={styles.tools}>
          {props.unsearched === true ? null : (
            <TextInput
              type="search"
              aria-label={t`Search in ${title}`}
              placeholder={t`Search`}
              value={address.q}
              onChange={(event) => address.change({ q: event.currentTarget.value })}
              className={styles.search}
            />
          )}
          {sorts.length === 0 ? null : (
            <NativeSelect
              aria-label={t`Order of ${title}`}
              value={address.sort === "" ? sorts[0]?.value : address.sort}
              onChange={(event) => address.change({ sort: event.currentTarget.value })}
              data={sorts.map(({ value, label }) => ({ value, label }))}
            />
          )}
        </div>
      )}
      {props.children}
      <Rows rows={rows} chosen={chosen} title={title} move={props.move} picked={props.picked} />
      {props.error == null ? null : <ErrorState message={props.error.message} />}
      {rows.length > 0 || props.loading === true || props.error != null ? null : (
        <p className={styles.empty}>{sought === "" ? empty : <Trans>Nothing matches “{sought}”.</Trans>}</p>
      )}
      {more === undefined ? null : (
        <Button className={styles.more} onClick={more}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </section>
  );
}

interface RowsProps {
  rows: readonly ListRow[];
  chosen: string | undefined;
  title: string;
  move: ListPaneProps["move"];
  picked: ListPaneProps["picked"];
}

function Rows({ rows, chosen, title, move, picked }: RowsProps) {
  const { t } = useLingui();
  const selects = (name: string): string => t`Select ${name}`;
  const [at, setAt] = useState<string>();
  const [dragged, setDragged] = useState<string>();
  const stop = [at, chosen].find((id) => rows.some((row) => row.id === id)) ?? rows[0]?.id;

  function onKeyDown(event: KeyboardEvent<HTMLUListElement>): void {
    const here = rows.findIndex((row) => row.id === at);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move === undefined || step === undefined || !event.altKey || here === -1) {
      moveFocus(event);
      return;
    }
    event.preventDefault();
    move(rows[here]?.id ?? "", here + step);
  }

  function drop(to: number): void {
    if (dragged !== undefined) move?.(dragged, to);
    setDragged(undefined);
  }

  return (
    // The arrow keys belong to the links inside, which have the focus.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-element-interactions
    <ul className={styles.rows} aria-label={title} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <li
          key={row.id}
          className={picked === undefined ? undefined : styles.pickable}
          data-off={row.off === true ? true : undefined}
          draggable={move !== undefined}
          onFocus={() => setAt(row.id)}
          onDragStart={() => setDragged(row.id)}
          onDragOver={(event) => {
            if (dragged !== undefined) event.preventDefault();
          }}
          onDrop={() => drop(index)}
        >
          {picked === undefined ? null : (
            <input
              type="checkbox"
              className={styles.pick}
              aria-label={selects(row.name)}
              checked={picked.ids.has(row.id)}
              onChange={(event) => picked.pick(row.id, event.currentTarget.checked)}
            />
          )}
          <PlaceLink
            to={row.to}
            keepSearch
            className={styles.row}
            tabIndex={row.id === stop ? 0 : -1}
            aria-current={row.id === chosen ? "page" : undefined}
          >
            <span className={styles.name}>
              {row.color == null ? null : (
                <svg className={styles.dot} viewBox="0 0 10 10" aria-hidden>
                  <circle cx="5" cy="5" r="4.5" fill={row.color} />
                </svg>
              )}
              {row.name}
            </span>
            {row.mark === undefined ? null : <span className={styles.mark}>{row.mark}</span>}
            {row.detail === undefined ? null : <span className={styles.detail}>{row.detail}</span>}
          </PlaceLink>
        </li>
      ))}
    </ul>
  );
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const here = links.findIndex((link) => link === document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
  if (next === undefined || here === -1) return;
  event.preventDefault();
  links[next]?.focus();
}
