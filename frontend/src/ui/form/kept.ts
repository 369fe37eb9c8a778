/** Unsaved changes of a form: what was typed, and what each changed field held when it was first touched. */
export interface Kept<Values> {
  readonly edits: Partial<Values>;
  readonly base: Partial<Values>;
}

const PREFIX = "deskbell.form.";

/** What this tab keeps for a form; it survives a reload, and ends with the tab. */
export function readKept<Values>(place: string): Kept<Values> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PREFIX + place) ?? "null");
    if (isKept<Values>(kept)) return kept;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { edits: {}, base: {} };
}

/** Keeps the changes of a form; without any, nothing stays. A full storage keeps them in the form only. */
export function keep<Values>(place: string, kept: Kept<Values>): void {
  try {
    if (Object.keys(kept.edits).length === 0) sessionStorage.removeItem(PREFIX + place);
    else sessionStorage.setItem(PREFIX + place, JSON.stringify(kept));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Whether two values of a form are the same. They hold plain data. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function isKept<Values>(value: unknown): value is Kept<Values> {
  return typeof value === "object" && value !== null && "edits" in value && "base" in value;
}
