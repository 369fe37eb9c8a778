import { expect, test } from "vitest";

import { before, change, dateOf, daysOf, isDate } from "./periods";

test("named spans end with today or with the last month", () => {
  expect(daysOf("7", "2026-03-03")).toEqual({ from: "2026-02-25", to: "2026-03-03" });
  expect(daysOf("month", "2026-03-03")).toEqual({ from: "2026-03-01", to: "2026-03-03" });
  expect(daysOf("last-month", "2026-01-31")).toEqual({ from: "2025-12-01", to: "2025-12-31" });
  expect(daysOf("year", "2026-03-03")).toEqual({ from: "2026-01-01", to: "2026-03-03" });
});

test("the days before are as many, and a change of the clocks takes none", () => {
  expect(before({ from: "2026-03-29", to: "2026-03-29" })).toEqual({ from: "2026-03-28", to: "2026-03-28" });
  expect(before({ from: "2026-03-01", to: "2026-03-31" })).toEqual({ from: "2026-01-29", to: "2026-02-28" });
});

test("a date is one of the calendar", () => {
  expect(["2026-02-28", "2026-02-30", "2026-2-3", "", undefined].map(isDate)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(dateOf(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});

test("a change needs something to compare with", () => {
  expect([change(3, 2), change(0, 4), change(5, 0)]).toEqual([50, -100, null]);
});
