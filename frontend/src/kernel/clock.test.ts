import { expect, test } from "vitest";

import { clockOf, type Deadlines, lasting } from "./clock";

const now = new Date("2026-11-27T10:00:00Z");
const ticket: Deadlines = {
  status: "open",
  next_due_at: "2026-11-27T11:20:00Z",
  first_response_at: null,
  sla: {
    first_response_target: 9_600,
    first_response_due_at: "2026-11-27T11:20:00Z",
    resolution_target: 86_400,
    resolution_due_at: "2026-11-27T08:00:00Z",
    paused: false,
  },
};

test("the answer comes first, then the solution, late or not", () => {
  expect(clockOf(ticket, now)).toEqual({ state: "due", act: "answer", seconds: 4_800, left: 0.5 });
  const answered = { ...ticket, first_response_at: "2026-11-27T09:00:00Z" };
  expect(clockOf(answered, now)).toEqual({ state: "late", act: "solve", seconds: 7_200, left: 0 });
});

test("a clock that is paused says so, and one that stands still is none", () => {
  const paused = { ...ticket, sla: ticket.sla && { ...ticket.sla, paused: true, first_response_due_at: null } };
  expect(clockOf(paused, now)?.state).toBe("paused");
  expect(clockOf({ ...ticket, status: "solved" }, now)).toBeNull();
  expect(clockOf({ ...ticket, sla: null }, now)).toBeNull();
});

test("lengths of time have two units at most", () => {
  expect(lasting(4_800, "en")).toBe("1h 20m");
  expect(lasting(3_600, "en")).toBe("1h");
  expect(lasting(20, "en")).toBe("1m");
  expect(lasting(93_600, "en")).toBe("1d 2h");
  expect(lasting(9 * 86_400 + 3_600, "en")).toBe("9d");
  expect(lasting(800 * 86_400, "en")).toBe("2y");
});
