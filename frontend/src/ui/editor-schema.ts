import { Extension, type Extensions, mergeAttributes, Node } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import StarterKit from "@tiptap/starter-kit";

/** A person who is notified of the message; in Markdown their name. */
const Mention = Node.create({
  name: "mention",
  group: "inline",
  inline: true,
  atom: true,
  selectable: false,
  addAttributes: () => ({
    id: { default: "", parseHTML: (element: HTMLElement) => element.dataset["mention"] ?? "" },
    label: { default: "", parseHTML: (element: HTMLElement) => element.textContent.replace(/^@/, "") },
  }),
  parseHTML: () => [{ tag: "span[data-mention]" }],
  renderHTML: ({ node }) => ["span", { "data-mention": String(node.attrs["id"]) }, `@${String(node.attrs["label"])}`],
  renderText: ({ node }) => `@${String(node.attrs["label"])}`,
});

/** Pictures of this server, and those of this browser that are being uploaded; others never come in. */
const Picture = Image.extend({
  addAttributes: () => ({ src: { default: null }, alt: { default: null } }),
  // eslint-disable-next-line lingui/no-unlocalized-strings -- a selector
  parseHTML: () => [{ tag: 'img[src^="/api/v1/uploads/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", mergeAttributes(HTMLAttributes)],
}).configure({ inline: true });

/** Next to those of the lists. */
const QuoteKey = Extension.create({
  name: "quoteKey",
  addKeyboardShortcuts() {
    return { "Mod-Shift-9": () => this.editor.commands.toggleBlockquote() };
  },
});

/** What words may hold: all that Markdown can say and the server shows. */
export const schema: Extensions = [
  StarterKit.configure({
    underline: false,
    horizontalRule: false,
    gapcursor: false,
    trailingNode: false,
    heading: { levels: [1, 2, 3, 4] },
    codeBlock: { languageClassPrefix: null },
    link: {
      openOnClick: false,
      defaultProtocol: "https",
      protocols: ["tel"],
      HTMLAttributes: { rel: null, target: null, class: null },
    },
  }),
  Mention,
  Picture,
  QuoteKey,
];
