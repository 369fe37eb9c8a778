import type { DraftKind } from "../../../live/drafts";

interface Place {
  readonly ticketId: string;
  readonly kind: DraftKind;
}

let wanted: Place | null = null;
const listeners = new Set<() => void>();

/** Asks the composer of a ticket, now or when it appears, to show this draft with the cursor in it. */
export function reopen(ticketId: string, kind: DraftKind): void {
  wanted = { ticketId, kind };
  listeners.forEach((listener) => listener());
}

/** The draft that is to be shown on a ticket, once. */
export function takeReopened(ticketId: string): DraftKind | null {
  if (wanted?.ticketId !== ticketId) return null;
  const { kind } = wanted;
  wanted = null;
  return kind;
}

export function onReopen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
