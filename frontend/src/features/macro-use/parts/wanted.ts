import type { MacroView } from "../../../api";

/** A macro and the tickets that it is wanted for. */
export interface Wanted {
  readonly macro: MacroView;
  readonly ids: readonly string[];
  /** What follows once it was applied. */
  readonly done: (() => void) | undefined;
}

let wanted: Wanted | null = null;
let changed: () => void = () => undefined;

/** Asks for a macro; `null` once that has been answered. */
export function want(next: Wanted | null): void {
  wanted = next;
  changed();
}

/** The macro that is wanted now. */
export const now = (): Wanted | null => wanted;

/** Notifies the one place that shows it. */
export function subscribe(listener: () => void): () => void {
  changed = listener;
  return () => undefined;
}
