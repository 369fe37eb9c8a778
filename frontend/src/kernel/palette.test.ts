import { expect, test } from "vitest";

import { around, soughtIn } from "./palette";

test("a prefix narrows what is sought", () => {
  expect(soughtIn("#1042")).toEqual({ kind: "number", words: "1042" });
  expect(soughtIn(" @ maya ")).toEqual({ kind: "person", words: "maya" });
  expect(soughtIn(">")).toEqual({ kind: "command", words: "" });
  expect(soughtIn("zip > 3")).toEqual({ kind: "all", words: "zip > 3" });
});

test("steps go round, also from a place that is gone", () => {
  expect(around(2, 1, 3)).toBe(0);
  expect(around(0, -1, 3)).toBe(2);
  expect(around(9, 1, 3)).toBe(0);
  expect(around(0, 1, 0)).toBe(0);
});
