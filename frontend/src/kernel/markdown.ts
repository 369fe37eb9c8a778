import { headingMarkdown, inlineMarkdown } from "./markdown-inline";
import { normal, piecesOf } from "./markdown-normal";
import type { Words } from "./words";

/** A text whose first line is a rule. */
const RULE = /^(?:(?:- *){3,}|(?:\* *){3,})(?:\n|$)/;

/**
 * A document as the Markdown of v1's `body`, written once, when it is sent. The server's renderer makes the same document
 * of it, in its normal form: a line break is a break, a line that looks like a list stays a line.
 */
export function markdownOf(words: Words): string {
  return blocks(normal(words).content ?? []);
}

function blocks(nodes: readonly Words[]): string {
  const parts: string[] = [];
  nodes.forEach((node, index) => {
    const before = nodes[index - 1]?.type === node.type ? (parts.at(-1) ?? "") : "";
    if (index > 0) parts.push(gap(nodes[index - 1], node));
    parts.push(block(node, before));
  });
  return parts.join("");
}

/** A list may follow its paragraph immediately, unless it would be taken for more words of it. */
function gap(before: Words | undefined, node: Words): string {
  const list = node.type === "bulletList" || (node.type === "orderedList" && startOf(node) === 1);
  return before?.type === "paragraph" && list && isFilled(node.content?.[0]) ? "\n" : "\n\n";
}

function isFilled(item: Words | undefined): boolean {
  return (item?.content?.[0]?.content?.length ?? 0) > 0;
}

/** `before`: the block of the same kind that it follows: other markers keep two lists apart. */
function block(node: Words, before: string): string {
  switch (node.type) {
    case "heading":
      return heading(node);
    case "codeBlock":
      return codeBlock(node);
    case "blockquote":
      return prefixed(blocks(node.content ?? []), "> ", "> ").replace(/^> $/gm, ">");
    case "bulletList":
      return bulletList(node, before);
    case "orderedList":
      return (node.content ?? [])
        .map((item, index) => listItem(item, `${startOf(node) + index}${/^\d+\.(?:\s|$)/.test(before) ? ")" : "."} `))
        .join("\n");
    default:
      return inlineMarkdown(piecesOf(node.content ?? [], true));
  }
}

/** Empty lists within lists must not become the line `- - -`, which is a rule. */
function bulletList(node: Words, before: string): string {
  const markers = ["-", "*", "+"].filter((marker) => !before.startsWith(marker));
  const written = markers.map((marker) => (node.content ?? []).map((item) => listItem(item, `${marker} `)));
  const items = written.find((each) => !each.some((item) => RULE.test(item))) ?? written[0];
  return items?.join("\n") ?? "";
}

function heading(node: Words): string {
  const level = Math.min(6, Math.max(1, Number(node.attrs?.["level"] ?? 1)));
  return `${"#".repeat(level)} ${headingMarkdown(piecesOf(node.content ?? [], false))}`;
}

function codeBlock(node: Words): string {
  const text = node.content?.[0]?.text ?? "";
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return text === "" ? `${fence}\n${fence}` : `${fence}\n${text}\n${fence}`;
}

function listItem(item: Words, marker: string): string {
  const text = blocks(item.content ?? []);
  return text === "" ? marker.trimEnd() : prefixed(text, marker, " ".repeat(marker.length));
}

function prefixed(text: string, first: string, others: string): string {
  return text
    .split("\n")
    .map((line, index) =>
      index === 0 ? first + line : line === "" ? (others.trim() === "" ? "" : others) : others + line,
    )
    .join("\n");
}

function startOf(node: Words): number {
  const start = Number(node.attrs?.["start"] ?? 1);
  return Number.isInteger(start) && start >= 0 && start < 900_000_000 ? start : 1;
}
