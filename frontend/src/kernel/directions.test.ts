import { expect, test } from "vitest";

import { unturned } from "./directions";

test("a name turns nothing around it", () => {
  expect(unturned("Ann \u202Egro.elpmaxe\u202C \u2069\u2066x")).toBe("Ann gro.elpmaxe x");
});

test("names from right to left, and emoji, stay as they are", () => {
  const name = "\u05E9\u05DC\u05D5\u05DD \u{1F469}\u200D\u{1F467} \u200F";
  expect(unturned(name)).toBe(name);
});
