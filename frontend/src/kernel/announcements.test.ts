import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Announcer } from "./announcements";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("at most one text is said in three seconds, and what waited is merged", () => {
  const announcer = new Announcer();
  announcer.announce("1 new ticket.", "new");
  announcer.announce("2 new tickets.", "new");
  announcer.announce("3 new tickets.", "new");
  announcer.announce("Sam is writing.");
  expect(announcer.said()).toBe("1 new ticket.");
  vi.advanceTimersByTime(2_999);
  expect(announcer.said()).toBe("1 new ticket.");
  vi.advanceTimersByTime(1);
  expect(announcer.said()).toBe("3 new tickets. Sam is writing.");
});

test("the same words are heard a second time", () => {
  const announcer = new Announcer();
  announcer.announce("Solved.");
  vi.advanceTimersByTime(3_000);
  const before = announcer.said();
  announcer.announce("Solved.");
  expect(announcer.said()).not.toBe(before);
});
