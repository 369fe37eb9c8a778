import { generateJSON } from "@tiptap/core";

import type { Words } from "../kernel/words";
import { schema } from "./editor-schema";

/** The document that safe HTML of the server shows. Nothing of it is put into the page. */
export function wordsOfHtml(html: string): Words {
  const exact = html
    .replace(/\n<\/code><\/pre>/g, "</code></pre>")
    // An item of the schema begins with a paragraph; without one a list in it would move out of it.
    .replace(/<li>\s*(?=<(?:ul|ol|blockquote|pre|h[1-6])\b)/g, "<li><p></p>");
  return generateJSON(exact, schema) as Words;
}
