/** What the palette is to find: `#1042` a ticket, `@maya` a person, `>solve` a command, anything else all of these. */
export interface Sought {
  readonly kind: "all" | "number" | "person" | "command";
  readonly words: string;
}

const KINDS = { "#": "number", "@": "person", ">": "command" } as const;

/** Reads what was typed into the palette. */
export function soughtIn(typed: string): Sought {
  const text = typed.trimStart();
  const kind = KINDS[text.charAt(0) as keyof typeof KINDS] as Sought["kind"] | undefined;
  return kind === undefined ? { kind: "all", words: text.trim() } : { kind, words: text.slice(1).trim() };
}

/** The place in a list of `length` after a step that goes round at the ends. */
export function around(at: number, step: number, length: number): number {
  return length === 0 ? 0 : (Math.min(at, length - 1) + step + length) % length;
}
