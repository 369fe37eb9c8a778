import { expect, test } from "vitest";

import { initials } from "./initials";

test.each([
  ["Maya Lindqvist", "ML"],
  ["Jo van der Berg", "JB"],
  ["ada", "A"],
  ["  ", ""],
  ["👩‍🚀 Ride", "👩‍🚀R"],
])("of %s", (name, expected) => {
  expect(initials(name)).toBe(expected);
});
