import { expect, test } from "vitest";

import { clockOf, span } from "./sla";

const now = Date.parse("2026-11-27T12:00:00Z");
const open = { target: 7_200, dueAt: null, breachedAt: null, doneAt: null, paused: false };

test("a clock runs, is late, is paused, was met or missed", () => {
  expect(clockOf({ ...open, target: null }, now)).toBeNull();
  expect(clockOf({ ...open, dueAt: "2026-11-27T13:00:00Z" }, now)).toEqual({
    kind: "running",
    left: 3_600_000,
    share: 0.5,
  });
  expect(clockOf({ ...open, dueAt: "2026-11-27T11:59:00Z" }, now)).toEqual({ kind: "late", by: 60_000 });
  expect(clockOf({ ...open, breachedAt: "2026-11-27T10:00:00Z" }, now)).toEqual({ kind: "late", by: 7_200_000 });
  expect(clockOf({ ...open, paused: true }, now)).toEqual({ kind: "paused" });
  const done = { ...open, doneAt: "2026-11-27T11:00:00Z" };
  expect(clockOf(done, now)).toEqual({ kind: "met" });
  expect(clockOf({ ...done, breachedAt: "2026-11-27T10:00:00Z" }, now)).toEqual({ kind: "missed" });
});

test.each([
  [0, "0s"],
  [42_000, "42s"],
  [60_000, "1m"],
  [4_800_000, "1h 20m"],
  [3_600_000, "1h"],
  [86_400_000 + 120_000, "1d"],
  [3 * 86_400_000 + 7_300_000, "3d 2h"],
  [800 * 86_400_000, "2y 70d"],
])("%i ms are %s", (milliseconds, words) => expect(span(milliseconds, "en")).toBe(words));
