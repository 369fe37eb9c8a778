import { expect, test } from "vitest";

import { fieldOf, shownColumns, tracksOf } from "./columns";

test("columns of fields that are no more, and unknown ones, are left out", () => {
  const columns = ["subject", "field.plan", "field.gone", "shoe_size", "sla"];
  expect(shownColumns(columns, new Set(["plan"]))).toEqual(["subject", "field.plan", "sla"]);
});

test("a column of an own field has the field's key", () => {
  expect(fieldOf("field.order_number")).toBe("order_number");
  expect(fieldOf("subject")).toBeNull();
});

test("each column has its track behind the edge, and none falls below its least width", () => {
  const { template, width } = tracksOf(["number", "subject", "field.plan"]);
  expect(template).toBe("1.75rem 4rem minmax(14rem, 4fr) minmax(8rem, 1fr)");
  expect(width).toBe(1.75 + 4 + 14 + 8 + 4 * 0.75);
});
