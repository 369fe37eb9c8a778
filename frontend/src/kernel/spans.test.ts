import { expect, test } from "vitest";

import { secondsOf, spanOf } from "./spans";

test.each([
  ["1h 30m", 5_400],
  ["2 d", 172_800],
  ["1W", 604_800],
  ["", null],
  ["soon", Number.NaN],
  ["90", Number.NaN],
])("%j", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each([[5_400], [172_800], [1], [31_622_400]])("%d survives being written", (seconds) => {
  expect(secondsOf(spanOf(seconds))).toBe(seconds);
});
