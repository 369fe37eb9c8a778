import { expect, test } from "vitest";

import { itemsOfLines, linesOfItems } from "./form-items";

test("items survive being edited", () => {
  const items = [
    { field: "kind", required: "create", customer: null, show: null },
    { field: "order", required: "solve", customer: "read", show: "field.kind:return" },
    { field: "reason", required: "never", customer: "hidden", show: { any: ["type:incident"] } },
  ] as const;
  expect(itemsOfLines(linesOfItems(items))).toEqual(items);
});

test("a group that is no JSON is refused", () => {
  expect(() => itemsOfLines([{ field: "kind", required: "never", customer: "", show: "{any" }])).toThrow(SyntaxError);
});
