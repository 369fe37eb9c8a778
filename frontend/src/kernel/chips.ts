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

/** The operators of the search language. What each takes, the server knows. */
const OPERATORS: ReadonlySet<string> = new Set([
  "status",
  "priority",
  "type",
  "channel",
  "assignee",
  "requester",
  "group",
  "category",
  "tag",
  "has",
  "number",
  "created",
  "updated",
  "solved",
  "rated",
  "breached",
  "rating",
  "first_response",
  "unread",
  "mention",
  "follower",
  "linked",
  "status.since",
  "assigned.since",
  "customer.wrote",
  "staff.wrote",
  "due",
]);

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

/** The number of characters in a text, as the server counts them: an emoji is one. */
export function pointsIn(text: string): number {
  return Array.from(text).length;
}

/** The place in a text, in the units of this language, of the character that the server numbers so. */
export function placeAt(text: string, point: number): number {
  return Array.from(text).slice(0, point).join("").length;
}

/** A value as the search language takes it: in quotes where it holds more than letters and signs of names. */
export function quoted(value: string): string {
  return /^[\p{L}\p{N}_@.+-]+$/u.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}

function isOperator(name = ""): boolean {
  const plain = name.toLowerCase();
  return OPERATORS.has(plain) || plain.startsWith("field.");
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
