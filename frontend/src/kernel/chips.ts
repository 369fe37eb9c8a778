/** A part of a search text: an operator with its value, a word or a phrase. */
export interface Chip {
  /** As written: `priority:urgent`, `-tag:vip`, `"blue jacket"`. */
  readonly text: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  /** The operator's name, for instance `priority`; `null` for words. */
  readonly operator: string | null;
  readonly negated: boolean;
  /** The value with its sign, or the words, without quotes around. */
  readonly value: string;
}

/** The operators of the search language, each with the values that can be listed. */
export const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  status: ["new", "open", "pending", "hold", "solved", "closed"],
  priority: ["low", "normal", "high", "urgent"],
  type: ["question", "incident", "problem", "task"],
  channel: ["web", "api", "email", "chat", "phone", "import"],
  assignee: ["me", "none"],
  requester: ["me"],
  group: ["none"],
  category: ["none"],
  tag: ["none"],
  has: ["attachment"],
  number: [],
  created: ["today", "yesterday"],
  updated: ["today", "yesterday"],
  solved: ["today", "yesterday"],
  rated: ["today", "yesterday"],
  breached: ["first", "resolution"],
  rating: ["1", "2", "3", "4", "5"],
  first_response: [],
};

const OPERATOR = /^(-?)([a-z][a-z0-9_.]*)(:|<=?|>=?)(.+)$/i;

/** The parts of a text in the search language. Blanks inside quotes belong to a part. */
export function chipsOf(text: string): Chip[] {
  return [...text.matchAll(/(?:"[^"]*"?|[^\s"])+/g)].map((match) => {
    const part = match[0];
    const found = OPERATOR.exec(part);
    const plain = { text: part, start: match.index };
    if (found === null || !isOperator(found[2])) {
      const negated = part.length > 1 && part.startsWith("-");
      return { ...plain, operator: null, negated, value: unquoted(negated ? part.slice(1) : part) };
    }
    const [, minus = "", operator = "", sign = ":", value = ""] = found;
    const said = sign === ":" ? unquoted(value) : `${sign} ${value}`;
    return { ...plain, operator: operator.toLowerCase(), negated: minus !== "", value: said };
  });
}

/** The text without one of its parts. */
export function without(text: string, chip: Chip): string {
  return joined([text.slice(0, chip.start), text.slice(chip.start + chip.text.length)]);
}

/** The text with another part at its end; the same part is not written twice. */
export function withPart(text: string, part: string): string {
  return chipsOf(text).some((chip) => chip.text === part) ? text : joined([text, part]);
}

/** The part that is being written at a place of the text, and where it begins. */
export function partAt(text: string, caret: number): { readonly start: number; readonly part: string } {
  const before = text.slice(0, caret);
  const last = chipsOf(before).at(-1);
  const inside = last !== undefined && last.start + last.text.length === caret;
  return inside ? { start: last.start, part: last.text } : { start: caret, part: "" };
}

/** A value as the search language takes it: in quotes where it holds more than letters and signs of names. */
export function quoted(value: string): string {
  return /^[\p{L}\p{N}_@.+-]+$/u.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}

function isOperator(name = ""): boolean {
  const plain = name.toLowerCase();
  return Object.hasOwn(OPERATORS, plain) || plain.startsWith("field.");
}

function joined(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join(" ");
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}
