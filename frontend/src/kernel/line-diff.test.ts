import { expect, test } from "vitest";

import { lineDiff } from "./line-diff";

function shown(older: string, newer: string): string {
  const marks = { same: " ", removed: "-", added: "+" };
  return lineDiff(older, newer)
    .map(({ kind, text }) => marks[kind] + text)
    .join("|");
}

test("lines that stay, go and come are told apart", () => {
  expect(shown("a\nb\nc", "a\nx\nc\nd")).toBe(" a|-b|+x| c|+d");
  expect(shown("a", "a")).toBe(" a");
  expect(shown("a\nb", "b")).toBe("-a| b");
});

test("both texts can be put together again", () => {
  const older = "one\ntwo\ntwo\nthree\n";
  const newer = "two\nthree\nfour\ntwo";
  const lines = lineDiff(older, newer);
  const side = (left: string) => lines.filter(({ kind }) => kind !== left).map(({ text }) => text).join("\n"); // prettier-ignore
  expect(side("added")).toBe(older);
  expect(side("removed")).toBe(newer);
});

test("very long texts are compared as a whole", () => {
  const older = "x\n".repeat(3_000);
  expect(lineDiff(older, `${older}y`)[0]).toEqual({ kind: "removed", text: "x" });
});
