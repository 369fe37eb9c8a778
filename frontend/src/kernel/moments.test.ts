import { beforeEach, expect, test, vi } from "vitest";

import { ago, dayOf, exactly, timeOfDay } from "./moments";

const now = new Date("2026-11-27T12:00:00Z");

beforeEach(() => {
  vi.stubGlobal("navigator", { languages: ["en-US"] });
  return () => vi.unstubAllGlobals();
});

test.each([
  ["2026-11-27T11:59:30Z", "now"],
  ["2026-11-27T12:00:10Z", "now"],
  ["2026-11-27T11:48:00Z", "12m"],
  ["2026-11-27T09:00:00Z", "3h"],
  ["2026-11-24T12:00:00Z", "Tue"],
  ["2026-11-12T12:00:00Z", "Nov 12"],
  ["2024-11-12T12:00:00Z", "Nov 12, 2024"],
])("%s was %s", (moment, words) => expect(ago(moment, now, "en")).toBe(words));

test("a day of another year names it", () => {
  expect(dayOf("2026-11-12T12:00:00Z", now, "en")).toBe("Thursday, November 12");
  expect(dayOf("2024-11-12T12:00:00Z", now, "en")).toBe("Tuesday, November 12, 2024");
});

test.each([
  [["en-GB"], "14:05"],
  [["en-US"], "02:05 PM"],
  [["de-DE", "en"], "14:05"],
])("a browser with %j shows %s", (languages, words) => {
  vi.stubGlobal("navigator", { languages });
  const moment = new Date(2026, 10, 27, 14, 5).toISOString();
  expect(timeOfDay(moment, "en").replace("\u202f", " ")).toBe(words);
  expect(exactly(moment, "en").includes("PM")).toBe(words.includes("PM"));
});
