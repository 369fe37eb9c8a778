import { expect, test } from "vitest";

import { offered, pathLabel, typedOf, valueTyped } from "./field-values";

test.each([
  ["integer", "12", 12],
  ["integer", "1.5", undefined],
  ["integer", " ", null],
  ["decimal", "1,5", 1.5],
  ["decimal", ".5", 0.5],
  ["decimal", ".", undefined],
  ["decimal", "one", undefined],
  ["text", " x ", "x"],
  ["multiline", " x\n", " x\n"],
  ["date", "2026-11-27", "2026-11-27"],
  ["datetime", "no moment", undefined],
] as const)("%s: what is typed as %j is %j", (kind, typed, value) => expect(valueTyped(kind, typed)).toBe(value));

test("a moment is shown as it was typed", () => {
  const value = valueTyped("datetime", "2026-11-27T09:30");
  expect(typedOf("datetime", value)).toBe("2026-11-27T09:30");
  expect(typedOf("datetime", "nonsense")).toBe("");
  expect(typedOf("integer", 7)).toBe("7");
  expect(typedOf("text", null)).toBe("");
});

test("retired options are offered only where they are chosen; nested ones name those above", () => {
  const options = [
    { key: "hardware", label: "Hardware" },
    { key: "hardware/laptop", label: "Laptop" },
    { key: "fax", label: "Fax", retired: true },
  ];
  expect(offered(options, []).map(({ key }) => key)).toEqual(["hardware", "hardware/laptop"]);
  expect(offered(options, ["fax"])).toHaveLength(3);
  expect(pathLabel(options, "hardware/laptop")).toBe("Hardware › Laptop");
});
