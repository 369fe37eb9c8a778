import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { expect, test } from "vitest";

import samples from "../../../tests/runtime/markdown_samples.json";
import { wordsOfHtml } from "./editor-html";
import { markdownOf } from "../kernel/markdown";
import { normal } from "../kernel/markdown-normal";
import { type Mark, textOf, type Words } from "../kernel/words";

/** The server's renderer (runtime/markdown.py), as far as it matters here. */
const server = new MarkdownIt("commonmark", { html: false, breaks: true }).enable(["table", "strikethrough"]);
const PICTURE = "/api/v1/uploads/01234567-89ab-7def-8123-456789abcdef";

const letters = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from("ab1 *_~`[]()<>&#;!|\\-+=.:\"'@/é߸ 😀–„ x y")), maxLength: 12 }),
  fc.constantFrom("- ", "1. ", "1)", "# ", "## x #", "> ", "---", "===", "a|b", "|--", ":-:", "```", "&amp;", "*", "!"),
  fc.constantFrom("<b>x</b>", "<http://a.b>", "[a](b)", "[a]: b", "snake_case_name", "C:\\temp\\", "2 * 3 * 4", "\\"),
);
const mark = fc.constantFrom<Mark>(
  { type: "bold" },
  { type: "italic" },
  { type: "strike" },
  { type: "code" },
  { type: "link", attrs: { href: "https://shop.example/a_b?c=d&copy=(e)*" } },
  { type: "link", attrs: { href: "mailto:jo@shop.example" } },
);
const text = fc
  .record({ text: letters, marks: fc.array(mark, { maxLength: 3 }) })
  .filter((each) => each.text !== "")
  .map((each): Words => ({ type: "text", ...each }));
const inline = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: text },
    fc.constant<Words>({ type: "hardBreak" }),
    fc.constant<Words>({ type: "image", attrs: { src: PICTURE, alt: "a *b*] c" } }),
    fc.constant<Words>({ type: "mention", attrs: { id: "7", label: "Jo_*K" } }),
  ),
  { maxLength: 7 },
);
const paragraph = inline.map((content): Words => ({ type: "paragraph", content }));
const heading = fc
  .record({ content: inline, level: fc.integer({ min: 1, max: 4 }) })
  .map(({ content, level }): Words => ({ type: "heading", attrs: { level }, content }));
const codeBlock = fc
  .string({ unit: fc.constantFrom(...Array.from("ab`~ -#>\n")), maxLength: 12 })
  .map((code): Words => ({ type: "codeBlock", content: code === "" ? [] : [{ type: "text", text: code }] }));
const { block } = fc.letrec<{ block: Words; item: Words }>((tie) => ({
  block: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    paragraph,
    heading,
    codeBlock,
    fc.array(tie("item"), { minLength: 1, maxLength: 3 }).map((content): Words => ({ type: "bulletList", content })),
    fc
      .record({ content: fc.array(tie("item"), { minLength: 1, maxLength: 3 }), start: fc.constantFrom(1, 2, 99) })
      .map(({ content, start }): Words => ({ type: "orderedList", attrs: { start }, content })),
    fc.array(tie("block"), { minLength: 1, maxLength: 3 }).map((content): Words => ({ type: "blockquote", content })),
  ),
  item: fc
    .record({ first: paragraph, others: fc.array(tie("block"), { maxLength: 2 }) })
    .map(({ first, others }): Words => ({ type: "listItem", content: [first, ...others] })),
}));
const document = fc.array(block, { minLength: 1, maxLength: 5 }).map((content): Words => ({ type: "doc", content }));

/** Lists of lists without a word, next to each other and with words. */
const NESTED: Words[][] = [
  [list(list(list()))],
  [list(list(list(list())))],
  [list(list(list())), list(list(list()))],
  [list(list()), list(list(list())), list(list(list(list())))],
  [list(list(list())), list()],
  [{ type: "listItem", content: [{ type: "paragraph" }, list(list(list()))] }].map((item): Words => ({
    type: "bulletList",
    content: [item, item],
  })),
  [{ type: "blockquote", content: [list(list(list()))] }],
];

/** A list of one item, which has other lists and no word. */
function list(...within: Words[]): Words {
  return {
    type: "bulletList",
    content: [{ type: "listItem", content: within.length === 0 ? [{ type: "paragraph" }] : within }],
  };
}

/** One form for what both sides may write differently: order of marks, attributes without a value. */
function plain(words: Words): unknown {
  const marks = (words.marks ?? []).map((each) => `${each.type} ${textOf(each, "href")}`).sort();
  return {
    type: words.type,
    ...(words.text === undefined ? {} : { text: words.text }),
    ...(marks.length === 0 ? {} : { marks }),
    ...attributesOf(words),
    ...((words.content?.length ?? 0) === 0 ? {} : { content: words.content?.map(plain) }),
  };
}

function attributesOf({ type, attrs = {} }: Words): Record<string, unknown> {
  if (type === "heading") return { level: attrs["level"] };
  if (type === "orderedList") return { start: attrs["start"] ?? 1 };
  return type === "image" ? { src: attrs["src"], alt: attrs["alt"] ?? null } : {};
}

test("document, Markdown, the server's HTML, document: nothing changes on the way round", () => {
  fc.assert(
    fc.property(document, (words) => {
      const html = server.render(markdownOf(words));
      expect(plain(normal(wordsOfHtml(html)))).toEqual(plain(normal(words)));
    }),
    {
      numRuns: 150,
      examples: NESTED.map((content): [Words] => [{ type: "doc", content }]),
    },
  );
}, 120_000);

test("an underline within a word stays one where a mark begins or ends at the word", () => {
  const italic = { type: "italic" };
  const bold = { type: "bold" };
  const pairs: Words[][] = [
    [said("a_a"), said("- ", italic)],
    [said("a__a"), said("b", italic)],
    [said("2", italic), said("!"), said("b", { type: "link", attrs: { href: "mailto:jo@shop.example" } })],
    [
      said("a_a", italic, bold),
      said(" ", bold),
      said("b", bold, { type: "link", attrs: { href: "https://a.example/" } }),
    ],
    [said("-", bold), said("a_b "), said("c", italic)],
    [said("-", bold), said("a_b"), said("c", italic), said("d_e")],
  ];
  for (const content of pairs) {
    const words: Words = { type: "doc", content: [{ type: "paragraph", content }] };
    expect(plain(normal(wordsOfHtml(server.render(markdownOf(words)))))).toEqual(plain(normal(words)));
  }
});

function said(words: string, ...marks: Mark[]): Words {
  return { type: "text", text: words, ...(marks.length === 0 ? {} : { marks }) };
}

test("the normal form of a normal form is itself", () => {
  fc.assert(
    fc.property(document, (words) => {
      expect(normal(normal(words))).toEqual(normal(words));
    }),
  );
});

test("the samples of tests/runtime/test_markdown_samples.py, whose HTML is the server's own", () => {
  for (const { document: words, markdown, html } of samples) {
    expect(markdownOf(words as Words)).toBe(markdown);
    expect(plain(normal(wordsOfHtml(html)))).toEqual(plain(normal(words as Words)));
  }
});

test("words as people type them look like words", () => {
  const said = (...content: Words[]) => markdownOf({ type: "doc", content });
  const line = (words: string): Words => ({ type: "paragraph", content: [{ type: "text", text: words }] });
  expect(said(line("R&D pays 5 < 6, see snake_case at https://shop.example/a-b and C:\\temp."))).toBe(
    "R&D pays 5 < 6, see snake_case at https://shop.example/a-b and C:\\temp.",
  );
  expect(said(line("- a"), line("1. b"), line("#4711 is no heading"))).toBe("\\- a\n\n1\\. b\n\n#4711 is no heading");
});
