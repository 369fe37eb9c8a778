/** A node of the editor's document, as ProseMirror writes it. */
export interface Words {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly Words[];
  readonly text?: string;
  readonly marks?: readonly Mark[];
}

export interface Mark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export const NO_WORDS: Words = { type: "doc", content: [{ type: "paragraph" }] };

const OWN_PICTURE = /^\/api\/v1\/uploads\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the server shows this picture: it shows its own uploads only. */
export function isOwnPicture(source: unknown): source is string {
  return typeof source === "string" && OWN_PICTURE.test(source);
}

/** An attribute that is a text; empty if it is none. */
export function textOf(node: Words | Mark, name: string): string {
  const value = node.attrs?.[name];
  return typeof value === "string" ? value : "";
}

/** Every node below this one, in reading order. */
function* nodesOf(words: Words): Generator<Words> {
  for (const child of words.content ?? []) {
    yield child;
    yield* nodesOf(child);
  }
}

/** Whether there is nothing to send: no letter, no picture. */
export function isBlank(words: Words): boolean {
  for (const node of nodesOf(words)) {
    if (node.type === "image" || node.type === "mention") return false;
    if ((node.text ?? "").trim() !== "") return false;
  }
  return true;
}

/** The words without their marks, in one line. */
export function lineOf(words: Words): string {
  const parts = [...nodesOf(words)].map((node) => node.text ?? (node.type === "mention" ? textOf(node, "label") : " "));
  return parts.join("").replace(/\s+/g, " ").trim();
}

/** Plain lines as a document: a paragraph for each, breaks kept. */
export function wordsOf(text: string): Words {
  const paragraphs = text.split(/\n{2,}/).map((part): Words => ({ type: "paragraph", content: lines(part) }));
  return { type: "doc", content: paragraphs };
}

function lines(part: string): Words[] {
  return part
    .split("\n")
    .flatMap((line, index): Words[] => [
      ...(index === 0 ? [] : [{ type: "hardBreak" }]),
      ...(line === "" ? [] : [{ type: "text", text: line }]),
    ]);
}

/** The ids of the people that a document mentions, each once. */
export function mentionsOf(words: Words): string[] {
  const ids = [...nodesOf(words)].filter((node) => node.type === "mention").map((node) => textOf(node, "id"));
  return [...new Set(ids)].filter((id) => id !== "");
}

/** A document before another one, so that the words of neither are lost. */
export function joined(first: Words, second: Words): Words {
  if (isBlank(second)) return first;
  if (isBlank(first)) return second;
  return { type: "doc", content: [...(first.content ?? []), ...(second.content ?? [])] };
}
