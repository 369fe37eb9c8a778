import { expect, test } from "vitest";

import { altOf, around, asBlock, atLines, type Chosen, exchanged, table } from "./text-marks";

const at = (text: string, from = text.length, to = from): Chosen => ({ text, from, to });

test("words get a sign on both sides, and lose it again", () => {
  const bold = around(at("Never hot.", 0, 5), "**", "words");
  const text = exchanged("Never hot.", bold);
  expect(text).toBe("**Never** hot.");
  expect(text.slice(...bold.chosen)).toBe("Never");
  const plain = around({ text, from: bold.chosen[0], to: bold.chosen[1] }, "**", "words");
  expect(exchanged(text, plain)).toBe("Never hot.");
  expect(plain.chosen).toEqual([0, 5]);
});

test("where nothing is chosen, words stand in and are chosen", () => {
  const bold = around(at("It is "), "**", "bold");
  const text = exchanged("It is ", bold);
  expect(text).toBe("It is **bold**");
  expect(text.slice(...bold.chosen)).toBe("bold");
});

test("each chosen line begins with the sign, or no longer does", () => {
  const text = "One\nTwo\nThree";
  const listed = exchanged(text, atLines(at(text, 1, 5), "- "));
  expect(listed).toBe("- One\n- Two\nThree");
  expect(exchanged(listed, atLines(at(listed, 0, 9), "- "))).toBe(text);
  expect(exchanged("", atLines(at(""), "## "))).toBe("## ");
});

test.each([
  ["", "B\n\n"],
  ["A", "A\n\nB\n\n"],
  ["A\n", "A\n\nB\n\n"],
  ["A\n\n", "A\n\nB\n\n"],
])("a block after %j has empty lines around it", (text, whole) => {
  const block = asBlock(at(text), "B", "B");
  expect(exchanged(text, block)).toBe(whole);
  expect(whole.slice(...block.chosen)).toBe("B");
});

test("a block between lines keeps one empty line on each side", () => {
  expect(exchanged("A\n\nC", asBlock(at("A\n\nC", 1), "B"))).toBe("A\n\nB\n\nC");
});

test("one block after the other is written behind it, not into it", () => {
  const first = asBlock(at("A"), "![a](x)");
  const text = exchanged("A", first);
  const second = asBlock({ text, from: first.chosen[0], to: first.chosen[1] }, "![b](y)");
  expect(exchanged(text, second)).toBe("A\n\n![a](x)\n\n![b](y)\n\n");
});

test("a table has a head and a first row", () => {
  expect(table(["Size", "Price"])).toBe("| Size | Price |\n| --- | --- |\n|   |   |");
});

test("a file's name describes a picture without signs of Markdown", () => {
  expect(altOf("The [broken] zip.final.png")).toBe("The broken zip.final");
  expect(altOf("zip")).toBe("zip");
});
