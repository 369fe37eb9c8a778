import { expect, test } from "vitest";

import { isReadable } from "./contrast";

test("a pale colour of a brand cannot be read on light pages", () => {
  expect(["#74c4ba", "#ffffff", "#FFCC00"].map(isReadable)).toEqual([false, false, false]);
  expect(["#17645f", "#000000"].map(isReadable)).toEqual([true, true]);
});

test("nothing is said about what is no colour yet", () => {
  expect(["", "#ff", "yellow"].map(isReadable)).toEqual([true, true, true]);
});
