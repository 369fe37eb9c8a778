/** Unsent words of this browser, by ticket and kind; they survive a reload and a crash. */
export type DraftKind = "reply" | "note";

const PREFIX = "deskbell.draft.";

export function readDraft(ticketId: string, kind: DraftKind): string {
  return localStorage.getItem(keyOf(ticketId, kind)) ?? "";
}

/** Keeps a draft; an empty one is removed. A full storage keeps the words in the field only. */
export function keepDraft(ticketId: string, kind: DraftKind, words: string): void {
  try {
    if (words === "") localStorage.removeItem(keyOf(ticketId, kind));
    else localStorage.setItem(keyOf(ticketId, kind), words);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

function keyOf(ticketId: string, kind: DraftKind): string {
  return `${PREFIX}${ticketId}.${kind}`;
}
