import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { hearTime, serverNow } from "./server-clock";

const NOW = Date.parse("2026-11-28T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  hearTime(new Date().toUTCString());
  vi.useRealTimers();
});

test("a clock that is wrong by a day is put right by an answer", () => {
  hearTime("Fri, 27 Nov 2026 12:00:00 GMT");
  expect(serverNow()).toBe(Date.parse("2026-11-27T12:00:00Z"));
  vi.advanceTimersByTime(5_000);
  expect(serverNow()).toBe(Date.parse("2026-11-27T12:00:05Z"));
});

test("a few seconds, and answers without a time, change nothing", () => {
  hearTime("Sat, 28 Nov 2026 12:00:20 GMT");
  expect(serverNow()).toBe(NOW);
  hearTime(null);
  hearTime("soon");
  expect(serverNow()).toBe(NOW);
});

test("a clock that was set right meanwhile is believed again", () => {
  hearTime("Fri, 27 Nov 2026 12:00:00 GMT");
  vi.setSystemTime("2026-11-27T12:00:01Z");
  hearTime("Fri, 27 Nov 2026 12:00:01 GMT");
  expect(serverNow()).toBe(Date.parse("2026-11-27T12:00:01Z"));
});
