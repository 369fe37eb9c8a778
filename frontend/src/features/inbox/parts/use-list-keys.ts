import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useRef, useState } from "react";

import { stepFrom } from "../../../kernel/listing";
import { added, more, NOTHING_SELECTED, type Selection, toggled } from "../../../kernel/selection";
import { useCommand } from "../../../ui/commands";
import { extendDown, extendUp, nextTicket, previousTicket, select, selectAll, stepOut } from "../commands";
import type { GridHandle } from "./ticket-grid";
import type { Rows } from "./use-listing";

interface Props {
  listKey: string;
  laid: Rows;
  /** These are still the rows of the list before. */
  old: boolean;
  openNumber: number | null;
  open: (number: number) => void;
  /** Shows the list alone again. */
  close: () => void;
  grid: RefObject<GridHandle | null>;
}

/** Where the keyboard is in a list, and what is selected. */
export interface ListKeys {
  /** The row that the keys act on: the one picked last, else the open one. */
  readonly cursor: string | null;
  readonly openId: string | null;
  /** The open ticket, if the keyboard is on it and nothing is selected. */
  readonly single: string | null;
  /** Counts up when the row of the cursor is to have the focus. */
  readonly focus: number;
  readonly selection: Selection;
  readonly selecting: boolean;
  setSelection: (selection: Selection) => void;
  onChoose: (id: string, event: MouseEvent) => void;
  onSelect: (id: string, event?: MouseEvent) => void;
  onKey: (event: KeyboardEvent) => void;
}

/** Moves, opens and selects by the keys and the pointer. */
export function useListKeys({ listKey, laid, old, openNumber, open, close, grid }: Props): ListKeys {
  const lastPlace = useRef({ key: listKey, place: -1 });
  const [picked, setPicked] = useState<{ id: string; open: number | null } | null>(null);
  const [focus, setFocus] = useState(0);
  const [chosen, setChosen] = useState({ key: listKey, selection: NOTHING_SELECTED });
  const selection = chosen.key === listKey ? chosen.selection : NOTHING_SELECTED;
  const setSelection = (next: Selection) => setChosen({ key: listKey, selection: next });
  const selecting = selection.all || selection.ids.size > 0;
  const openId = idOf(laid, openNumber);
  const cursor = picked?.open === openNumber ? picked.id : openId;
  const place = laid.places.get(cursor ?? "") ?? -1;
  useEffect(() => {
    if (place !== -1 && !old) lastPlace.current = { key: listKey, place };
  }, [listKey, place, old]);

  function rowAt(by: 1 | -1) {
    const present = place !== -1;
    // In another list, for instance after a search, one begins at its first row.
    const last = lastPlace.current.key === listKey ? lastPlace.current.place : -1;
    const target = stepFrom(present ? place : last, present, by, laid.total);
    if (target === null) return null;
    grid.current?.show(target);
    return laid.rows[target] ?? null;
  }

  function step(by: 1 | -1): void {
    const row = rowAt(by);
    if (row === null) return;
    open(row.number);
    setPicked(null);
    setFocus((before) => before + 1);
  }

  function extend(by: 1 | -1): void {
    const row = rowAt(by);
    if (row === null) return;
    setSelection(added(selection, cursor === null ? [row.id] : [cursor, row.id]));
    setPicked({ id: row.id, open: openNumber });
    setFocus((before) => before + 1);
  }

  function onSelect(id: string, event?: MouseEvent): void {
    const [from, to] = [place, laid.places.get(id) ?? -1];
    setPicked({ id, open: openNumber });
    if (event?.shiftKey === true && from !== -1 && to !== -1) {
      const range = laid.rows.slice(Math.min(from, to), Math.max(from, to) + 1);
      setSelection(
        added(
          selection,
          range.flatMap((row) => row?.id ?? []),
        ),
      );
    } else setSelection(toggled(selection, id, laid.places.keys()));
  }

  function onChoose(id: string, event: MouseEvent): void {
    const row = laid.rows[laid.places.get(id) ?? -1];
    if (event.shiftKey || event.ctrlKey || event.metaKey) onSelect(id, event);
    else if (row !== undefined) {
      setPicked(null);
      open(row.number);
    }
  }

  function enter(): void {
    const row = laid.rows[place];
    if (row === undefined) return;
    if (row.number !== openNumber) open(row.number);
    focusTicket();
  }

  /** From the selection to none, from the ticket to its row, from there to the list alone. */
  function stepsOut(): void {
    const ticket = document.getElementById("ticket");
    if (selecting) setSelection(NOTHING_SELECTED);
    else {
      if (ticket?.contains(document.activeElement) !== true) {
        if (cursor !== null) setPicked({ id: cursor, open: null });
        close();
      }
      setFocus((before) => before + 1);
    }
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key];
    if (by !== undefined && event.shiftKey) extend(by);
    else if (by !== undefined) step(by);
    else if (event.key === "Enter") enter();
    else return;
    event.preventDefault();
  }

  const rows = laid.total > 0;
  useCommand(nextTicket, rows ? () => step(1) : undefined);
  useCommand(previousTicket, rows ? () => step(-1) : undefined);
  useCommand(extendDown, rows ? () => extend(1) : undefined);
  useCommand(extendUp, rows ? () => extend(-1) : undefined);
  const loaded = [...laid.places.keys()];
  useCommand(selectAll, rows ? () => setSelection(more(selection, loaded, laid.total)) : undefined);
  useCommand(select, cursor === null ? undefined : () => onSelect(cursor));
  useCommand(stepOut, selecting || openNumber !== null ? () => stepsOut() : undefined);
  const single = singleOf(selecting, cursor, openId);
  return { cursor, openId, single, focus, selection, selecting, setSelection, onChoose, onSelect, onKey };
}

function singleOf(selecting: boolean, cursor: string | null, openId: string | null): string | null {
  return selecting || cursor !== openId ? null : openId;
}

function idOf(laid: Rows, number: number | null): string | null {
  return number === null ? null : (laid.rows.find((row) => row?.number === number)?.id ?? null);
}

/** Moves the focus into the ticket next to the list, once it is there. */
export function focusTicket(): void {
  setTimeout(() => {
    const ticket = document.getElementById("ticket");
    (ticket?.querySelector<HTMLElement>("[role=feed]") ?? ticket)?.focus();
  });
}
