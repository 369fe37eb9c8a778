import { expect, test } from "vitest";

import { byLargest, byText, found } from "./finding";

const items = [
  { name: "Returns 10", open: 1 },
  { name: "returns 9", open: 7 },
  { name: "Ärger", open: 3 },
];

test("finds by words and orders as people expect", () => {
  const names = (order: Parameters<typeof found<(typeof items)[number]>>[3], sought = "") =>
    found(items, sought, ({ name }) => name, order).map(({ name }) => name);
  expect(names(byText(({ name }) => name))).toEqual(["Ärger", "returns 9", "Returns 10"]);
  expect(names(byLargest(({ open }) => open))).toEqual(["returns 9", "Ärger", "Returns 10"]);
  expect(
    names(
      byText(({ name }) => name),
      "arg",
    ),
  ).toEqual(["Ärger"]);
});
