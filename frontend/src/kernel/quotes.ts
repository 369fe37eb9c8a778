/** A message as its own words and what it repeats of others. Both are HTML. */
export interface Split {
  readonly words: string;
  readonly folded: string;
}

/** "On Monday Maya wrote:" in front of a quote. */
const LEADS_IN = /:\s*$/;
const LONGEST_LEAD = 200;

/**
 * Parts the quote or signature at the end of a message from what it says. `read` parses HTML without loading anything. A
 * message that would have no words of its own stays whole.
 */
export function splitQuote(html: string, read: (html: string) => Element): Split {
  const blocks = [...read(html).children];
  let first = blocks.length;
  while (first > 0 && isFolded(blocks[first - 1])) first -= 1;
  if (blocks.slice(first).every(isEmpty)) {
    const signature = blocks.findIndex((block) => /^--\s*(\n|$)/.test(block.textContent.trim()));
    first = signature === -1 ? blocks.length : signature;
  } else if (first > 0 && leadsIn(blocks[first - 1])) {
    first -= 1;
  }
  const words = blocks.slice(0, first);
  if (first === blocks.length || words.every(isEmpty)) return { words: html, folded: "" };
  return { words: htmlOf(words), folded: htmlOf(blocks.slice(first)) };
}

function isFolded(block: Element | undefined): boolean {
  return block !== undefined && (block.tagName === "BLOCKQUOTE" || isEmpty(block));
}

function isEmpty(block: Element): boolean {
  return block.textContent.trim() === "" && block.querySelector("img") === null && block.tagName !== "IMG";
}

function leadsIn(block: Element | undefined): boolean {
  const text = block?.textContent ?? "";
  return block?.tagName === "P" && text.length <= LONGEST_LEAD && LEADS_IN.test(text);
}

function htmlOf(blocks: readonly Element[]): string {
  return blocks.map((block) => block.outerHTML).join("\n");
}
