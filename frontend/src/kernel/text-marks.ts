/** Marks of Markdown in a plain text: what a button of the article's editor changes. */

/** A text, and the part of it that is chosen. */
export interface Chosen {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The text that takes the place of a part, and the part of the whole that is chosen afterwards. */
export interface Exchange {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly chosen: readonly [number, number];
}

/** Puts a sign on both sides of the chosen words, or takes it away. Where none are chosen, `words` are written. */
export function around({ text, from, to }: Chosen, sign: string, words: string): Exchange {
  const inner = text.slice(from, to);
  const size = sign.length;
  if (text.slice(from - size, from) === sign && text.slice(to, to + size) === sign) {
    return { from: from - size, to: to + size, text: inner, chosen: [from - size, to - size] };
  }
  const kept = inner === "" ? words : inner;
  return { from, to, text: `${sign}${kept}${sign}`, chosen: [from + size, from + size + kept.length] };
}

/** Begins each chosen line with a sign; takes it away where all have it. */
export function atLines({ text, from, to }: Chosen, sign: string): Exchange {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const next = text.indexOf("\n", to);
  const end = next < 0 ? text.length : next;
  const lines = text.slice(start, end).split("\n");
  const has = lines.every((line) => line.startsWith(sign));
  const changed = lines.map((line) => (has ? line.slice(sign.length) : sign + line)).join("\n");
  return { from: start, to: end, text: changed, chosen: [start, start + changed.length] };
}

/** Puts a block behind the chosen part, with empty lines around it. `pick` is the part of it to be chosen, else its end. */
export function asBlock({ text, to }: Chosen, block: string, pick = ""): Exchange {
  const before = text.slice(0, to);
  const after = text.slice(to);
  const above = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const whole = above + block + below;
  const start = to + (pick === "" ? whole.length : above.length + block.indexOf(pick));
  return { from: to, to, text: whole, chosen: [start, start + pick.length] };
}

/** An empty table with a head of as many columns as there are names. */
export function table(names: readonly string[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(names), row(names.map(() => "---")), row(names.map(() => " "))].join("\n");
}

/** The name of a file as words of Markdown that describe a picture. */
export function altOf(name: string): string {
  return name
    .replace(/\.[a-z0-9]{1,5}$/i, "")
    .replace(/[[\]\\]/g, "")
    .trim();
}

/** The whole text after an exchange. */
export function exchanged(text: string, { from, to, text: now }: Exchange): string {
  return text.slice(0, from) + now + text.slice(to);
}
