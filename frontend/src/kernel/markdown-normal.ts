import { isOwnPicture, type Mark, textOf, type Words } from "./words";

/**
 * The part of a document that Markdown can say. Not said are: empty paragraphs, spaces at the edges of lines and marks, repeated
 * spaces, marks in code, the language of code, and who a mention is (its id travels with the message). Addresses are links.
 */
export function normal(words: Words): Words {
  return { type: "doc", content: blocks(words.content ?? []) };
}

/** A letter, a space, a picture or a line break with its marks; neighbours of one form are one piece. */
export interface Piece {
  readonly kind: "word" | "space" | "picture" | "break";
  readonly text: string;
  /** The picture's source. */
  readonly source: string;
  readonly marks: ReadonlyMap<string, Mark>;
}

const ADDRESS = /https?:\/\/[^\s<>"'`]{1,2000}/gi;
const AFTER_ADDRESS = /[.,:;!?*_)\]}]+$/;
const SAFE_LINK = /^(https?:|mailto:|tel:|\/)/i;
const AT_EDGES = ["bold", "italic", "strike", "link", "code"];

function blocks(nodes: readonly Words[]): Words[] {
  return nodes.flatMap((node): Words[] => {
    switch (node.type) {
      case "paragraph":
        return filled({ type: "paragraph", content: inline(node.content ?? [], true) });
      case "heading":
        return filled({ ...node, content: inline(node.content ?? [], false) });
      case "codeBlock":
        return [{ type: "codeBlock", content: filledText(rawText(node)) }];
      case "bulletList":
      case "orderedList":
        return filled({ ...node, content: (node.content ?? []).map(item) });
      case "blockquote":
        return filled({ type: "blockquote", content: blocks(node.content ?? []) });
      default:
        return [];
    }
  });
}

function item(node: Words): Words {
  const content = blocks(node.content ?? []);
  return { type: "listItem", content: content.length === 0 ? [{ type: "paragraph" }] : content };
}

function filled(node: Words): Words[] {
  return (node.content?.length ?? 0) === 0 ? [] : [node];
}

function filledText(text: string): Words[] {
  return text === "" ? [] : [{ type: "text", text }];
}

function rawText(node: Words): string {
  const text = (node.content ?? []).map((child) => child.text ?? "").join("");
  return text.trim() === "" ? "" : text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}

function inline(nodes: readonly Words[], breaks: boolean): Words[] {
  return piecesOf(nodes, breaks).map((piece): Words => {
    const marks = piece.marks.size === 0 ? {} : { marks: [...piece.marks.values()] };
    if (piece.kind === "break") return { type: "hardBreak" };
    if (piece.kind === "picture") {
      return { type: "image", attrs: { src: piece.source, alt: piece.text === "" ? null : piece.text }, ...marks };
    }
    return { type: "text", text: piece.text, ...marks };
  });
}

/** The inline content of a block in its normal form. Without `breaks` a line break is a space. */
export function piecesOf(nodes: readonly Words[], breaks: boolean): Piece[] {
  const raw = nodes.flatMap((node) => split(node, breaks));
  for (const name of AT_EDGES) trimEdges(raw, name);
  return merged(linked(merged(withoutEdges(withoutDouble(raw)))));
}

function split(node: Words, breaks: boolean): Piece[] {
  const marks = marksOf(node);
  if (node.type === "hardBreak") return [breaks ? piece("break", "\n", new Map()) : piece("space", " ", marks)];
  if (node.type === "image") {
    const source = textOf(node, "src");
    if (!isOwnPicture(source)) return [];
    const text = textOf(node, "alt").replace(/\s+/g, " ").trim();
    return [{ kind: "picture", text, source, marks }];
  }
  const text = node.type === "mention" ? `@${textOf(node, "label")}` : (node.text ?? "");
  return [...text.matchAll(/\s+|\S+/gu)].map(([part]) =>
    /^\s/u.test(part) ? piece("space", part.replace(/[ \t\r\n\f\v]+/g, " "), marks) : piece("word", part, marks),
  );
}

function piece(kind: Piece["kind"], text: string, marks: ReadonlyMap<string, Mark>): Piece {
  return { kind, text, source: "", marks };
}

function marksOf(node: Words): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const mark of node.marks ?? []) {
    if (mark.type === "code") return new Map([["code", { type: "code" }]]);
    if (mark.type === "link") {
      const href = textOf(mark, "href").trim();
      if (SAFE_LINK.test(href) && !/[\s<>]/.test(href)) marks.set("link", { type: "link", attrs: { href } });
    } else if (AT_EDGES.includes(mark.type)) {
      marks.set(mark.type, { type: mark.type });
    }
  }
  return marks;
}

/** Takes a mark off the spaces and breaks where it begins and ends. */
function trimEdges(pieces: Piece[], name: string): void {
  const carries = (index: number) => pieces[index]?.marks.get(name);
  const strip = (start: number, step: 1 | -1) => {
    for (let index = start; ; index += step) {
      const at = pieces[index];
      if (at === undefined || at.kind === "word" || at.kind === "picture" || !at.marks.has(name)) return;
      pieces[index] = { ...at, marks: new Map([...at.marks].filter(([each]) => each !== name)) };
    }
  };
  for (let index = 0; index < pieces.length; index += 1) {
    if (carries(index) !== undefined && !same(carries(index), carries(index - 1))) strip(index, 1);
  }
  for (let index = pieces.length - 1; index >= 0; index -= 1) {
    if (carries(index) !== undefined && !same(carries(index), carries(index + 1))) strip(index, -1);
  }
}

function same(one: Mark | undefined, other: Mark | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return textOf(one, "href") === textOf(other, "href");
}

/** Of several spaces next to each other the first stays, and none around breaks. */
function withoutDouble(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const each of pieces) {
    const last = kept.at(-1);
    const spaced = last?.kind === "break" || (last?.kind === "space" && last.text.endsWith(" "));
    const text = each.kind === "space" && spaced ? each.text.replace(/^ /, "") : each.text;
    if (text === "" && each.kind === "space") continue;
    if (each.kind === "break") dropLastSpaces(kept);
    kept.push({ ...each, text });
  }
  return kept;
}

function dropLastSpaces(pieces: Piece[]): void {
  while (pieces.at(-1)?.kind === "space" && pieces.at(-1)?.text === " ") pieces.pop();
}

function withoutEdges(pieces: readonly Piece[]): Piece[] {
  const empty = (each: Piece | undefined) => each?.kind === "break" || (each?.kind === "space" && each.text === " ");
  let start = 0;
  let end = pieces.length;
  while (start < end && empty(pieces[start])) start += 1;
  while (end > start && empty(pieces[end - 1])) end -= 1;
  return pieces.slice(start, end);
}

function merged(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const each of pieces) {
    const last = joined.at(-1);
    const texts = isText(each) && last !== undefined && isText(last);
    if (texts && sameMarks(last.marks, each.marks)) {
      joined[joined.length - 1] = { ...last, kind: "word", text: last.text + each.text };
    } else {
      joined.push(each);
    }
  }
  return joined;
}

function isText(piece: Piece): boolean {
  return piece.kind === "word" || piece.kind === "space";
}

export function sameMarks(one: ReadonlyMap<string, Mark>, other: ReadonlyMap<string, Mark>): boolean {
  return one.size === other.size && [...one].every(([name, mark]) => other.has(name) && same(mark, other.get(name)));
}

/** Web addresses in plain words are links, as the server makes them. */
function linked(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((each) => {
    if (!isText(each) || each.marks.has("link") || each.marks.has("code")) return [each];
    const parts: Piece[] = [];
    let done = 0;
    for (const found of each.text.matchAll(ADDRESS)) {
      const address = found[0].replace(AFTER_ADDRESS, "");
      if (found.index > done) parts.push({ ...each, text: each.text.slice(done, found.index) });
      const link: Mark = { type: "link", attrs: { href: address } };
      parts.push({ ...each, text: address, marks: new Map([...each.marks, ["link", link]]) });
      done = found.index + address.length;
    }
    if (done < each.text.length) parts.push({ ...each, text: each.text.slice(done) });
    return parts;
  });
}
