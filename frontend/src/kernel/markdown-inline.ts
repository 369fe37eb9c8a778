import { type Piece, sameMarks } from "./markdown-normal";
import { textOf } from "./words";

/** Delimiters of the marks; a link and code have forms of their own. */
const SIGNS: Readonly<Record<string, string>> = { bold: "**", italic: "_", strike: "~~" };
const ASCII_SIGN = /[!-/:-@[-`{-~]/;
const SIGN = /[\p{P}\p{S}]/u;
const SURE_SIGN = /[!-/:-@[-`{-~\p{P}]/u;

/** Inline content as lines of Markdown. A line break is a line break, because the server renders it as one. */
export function inlineMarkdown(pieces: readonly Piece[]): string {
  const writer = new Writer(lineStart);
  pieces.forEach((piece, index) => writer.write(piece, pieces.slice(index)));
  return writer.end();
}

/** The same for words after the sign of a heading. */
export function headingMarkdown(pieces: readonly Piece[]): string {
  const writer = new Writer((line) => line);
  pieces.forEach((piece, index) => writer.write(piece, pieces.slice(index)));
  return writer.end().replace(/#+$/, (signs) => signs.replaceAll("#", "\\#"));
}

class Writer {
  readonly #safe: (line: string) => string;
  #done: string[] = [];
  #line = "";
  /** The marks that are open, the outermost first. */
  #open: string[] = [];
  #link = "";
  /** Whether the next letter or space must not touch the sign before it. */
  #apart = false;

  constructor(safe: (line: string) => string) {
    this.#safe = safe;
  }

  write(piece: Piece, rest: readonly Piece[]): void {
    const href = hrefOf(piece);
    const kept = this.#link === href ? keptOf(this.#open, piece) : 0;
    this.#close(kept, this.#link === href || this.#link === "" || this.#bare ? firstOf(piece) : "]");
    if (this.#link !== href) this.#switchLink(href, piece, rest);
    this.#begin(piece, rest);
    if (piece.kind === "break") this.#break();
    else this.#add(this.#textOf(piece, rest));
  }

  end(): string {
    this.#close(0, "");
    this.#switchLink("", undefined, []);
    this.#done.push(this.#safe(this.#line));
    return this.#done.join("\n");
  }

  #break(): void {
    // A line of nothing would end the paragraph.
    this.#done.push(this.#line === "" && this.#done.length > 0 ? "\\" : this.#safe(this.#line));
    this.#line = "";
  }

  #add(text: string): void {
    if (this.#apart && text !== "") {
      const [first = ""] = text;
      if (isLetter(first) || isSpace(first))
        text = encoded(first) + text.slice(first.length).replace(/^_+/, escapedUnderlines);
      this.#apart = false;
    }
    this.#line += text;
  }

  /** Closes the marks inside the first `kept`. A closing sign must not be taken for an opening one. */
  #close(kept: number, next: string): void {
    while (this.#open.length > kept) {
      const name = this.#open.pop() ?? "";
      if (isSpace(lastOf(this.#line))) this.#encodeLast();
      const inner = lastOf(this.#line);
      this.#line += SIGNS[name] ?? "";
      this.#apart = isLetter(next) && (name === "italic" || SIGN.test(inner));
    }
  }

  /** Opens the marks of a piece, the longest first. */
  #begin(piece: Piece, rest: readonly Piece[]): void {
    const names = Object.keys(SIGNS).filter((name) => piece.marks.has(name) && !this.#open.includes(name));
    names.sort((one, other) => reach(rest, other) - reach(rest, one));
    names.forEach((name, index) => {
      const inner = index + 1 < names.length ? "*" : firstOf(piece);
      const before = lastOf(this.#line);
      if (isLetter(before) && (name === "italic" || SIGN.test(inner) || isSpace(inner))) this.#encodeLast();
      this.#apart = isSpace(inner);
      this.#line += SIGNS[name] ?? "";
      this.#open.push(name);
    });
  }

  #encodeLast(): void {
    const last = lastOf(this.#line);
    let head = this.#line.slice(0, -last.length);
    if (isLetter(last)) head = withSureUnderlines(head);
    // An encoded letter is a sign, before which other marks that have just begun may no longer touch a letter.
    const [signs = ""] = /(?:\*\*|~~|_)*$/.exec(head) ?? [];
    const before = lastOf(head.slice(0, head.length - signs.length));
    if (signs !== "" && isLetter(before)) {
      head = withSureUnderlines(head.slice(0, head.length - signs.length - before.length)) + encoded(before) + signs;
    }
    this.#line = head + encoded(last);
  }

  #switchLink(href: string, piece: Piece | undefined, rest: readonly Piece[]): void {
    if (this.#link !== "" && !this.#bare) this.#line += `](${target(this.#link)})`;
    this.#link = href;
    this.#bare = href !== "" && piece !== undefined && isBare(piece, rest, lastOf(this.#line));
    if (href === "" || this.#bare) return;
    if (this.#line.endsWith("!")) this.#encodeLast(); // a link after it would be a picture
    this.#line += "[";
    this.#apart = false;
  }
  /** Whether the address is shown as it is, and the server makes a link of it. */
  #bare = false;

  #textOf(piece: Piece, rest: readonly Piece[]): string {
    const inLink = this.#link !== "" && !this.#bare;
    if (piece.kind === "picture") return `![${escaped(piece.text, true, "")}](${piece.source})`;
    if (piece.marks.has("code")) return code(piece.text);
    return edges(escaped(piece.text, inLink, rest[1] === undefined ? "" : "x"), this.#line === "", rest);
  }
}

/** How many of the open marks go on in a piece: those before the first that ends here. */
function keptOf(open: readonly string[], piece: Piece): number {
  const ends = open.findIndex((name) => !piece.marks.has(name));
  return ends === -1 ? open.length : ends;
}

function reach(rest: readonly Piece[], name: string): number {
  const end = rest.findIndex((piece) => !piece.marks.has(name) || hrefOf(piece) !== hrefOf(rest[0]));
  return end === -1 ? rest.length : end;
}

function hrefOf(piece: Piece | undefined): string {
  const link = piece?.marks.get("link");
  return link === undefined ? "" : textOf(link, "href");
}

/** An address whose words are the address itself, alone between spaces, needs no other form. */
function isBare(piece: Piece, rest: readonly Piece[], before: string): boolean {
  if (piece.kind !== "word" || piece.text !== hrefOf(piece) || !/^https?:\/\/[\w./-]*[\w/-]$/i.test(piece.text))
    return false;
  const next = rest[1];
  const alone = next === undefined || next.kind === "break" || /^\s/u.test(next.text);
  return alone && (before === "" || /\s/.test(before)) && (next === undefined || !sameMarks(next.marks, piece.marks));
}

function target(href: string): string {
  return href.replace(/[\\()*_[\]`~&]/g, (sign) => `\\${sign}`);
}

function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return fence + pad + text + pad + fence;
}

/** Text whose signs say nothing to Markdown. `next` follows; empty at the end. */
function escaped(text: string, inLink: boolean, next: string): string {
  return text.replace(/[\\`*_~[\]<&]/g, (sign, at: number) => {
    const says = SAYS[sign]?.(text, at, next) ?? (sign !== "]" || inLink);
    return says ? `\\${sign}` : sign;
  });
}

/** Whether a sign at a place of a text might be taken for Markdown, of those that people write often without meaning it. */
const SAYS: Readonly<Record<string, (text: string, at: number, next: string) => boolean>> = {
  _: (text, at) => !(isWordLetter(text[at - 1] ?? "") && isWordLetter(text[at + 1] ?? "")),
  "~": (text, at) => [undefined, "~"].includes(text[at - 1]) || [undefined, "~"].includes(text[at + 1]),
  "<": (text, at, next) => /^\S/u.test(text[at + 1] ?? next),
  "&": (text, at) => /^&#?\w{1,40};/.test(text.slice(at)),
  // The letter after it may be encoded, and begin with a sign then.
  "\\": (text, at) => at >= text.length - 3 || ASCII_SIGN.test(text[at + 1] ?? ""),
};

/** Underlines at the end, within a word until now, whose next letter is about to be encoded. */
function withSureUnderlines(head: string): string {
  return head.replace(/(?<=[\p{L}\p{N}])_+$/u, escapedUnderlines);
}

function escapedUnderlines(signs: string): string {
  return signs.replaceAll("_", "\\_");
}

/** Spaces of other kinds at the edges of a line would be cut off. */
function edges(text: string, atStart: boolean, rest: readonly Piece[]): string {
  const atEnd = rest[1] === undefined || rest[1].kind === "break";
  let found = text;
  if (atStart) found = found.replace(/^\s+/u, (spaces) => Array.from(spaces, encoded).join(""));
  if (atEnd) found = found.replace(/\s+$/u, (spaces) => Array.from(spaces, encoded).join(""));
  return found;
}

/** A line whose beginning is no list, heading, quote, rule or table. */
function lineStart(line: string): string {
  return line
    .replace(/^(#{1,6})(?=\s|$)/, "\\$1")
    .replace(/^>/, "\\>")
    .replace(/^[-+](?=\s|$)/, "\\$&")
    .replace(/^[-=|:][-=|:\s]*$/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

function firstOf(piece: Piece): string {
  if (piece.kind === "break") return "";
  if (piece.kind === "picture") return "!";
  if (piece.marks.has("code")) return "`";
  const [first = ""] = piece.text;
  return first;
}

function lastOf(line: string): string {
  return Array.from(line.slice(-2)).at(-1) ?? "";
}

/** Whether a character might count as a part of a word next to a delimiter. */
function isLetter(character: string): boolean {
  return character !== "" && !/\s/u.test(character) && !SURE_SIGN.test(character);
}

function isSpace(character: string): boolean {
  return /^\s$/u.test(character);
}

function isWordLetter(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

function encoded(character: string): string {
  return `&#${character.codePointAt(0) ?? 32};`;
}
