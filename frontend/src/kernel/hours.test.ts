import { expect, test } from "vitest";

import { hoursOfTexts, textsOfHours } from "./hours";

const HOURS = {
  mon: ["09:00-12:30", "13:30-18:00"],
  fri: ["09:00-15:00"],
  dates: { "2026-12-24": ["09:00-12:00"], "2026-12-25": [] },
};

test("opening hours become texts and are read from them again", () => {
  const texts = textsOfHours(HOURS);
  expect(texts.mon).toBe("09:00-12:30, 13:30-18:00");
  expect(texts.tue).toBe("");
  expect(texts.dates).toBe("2026-12-24 09:00-12:00\n2026-12-25");
  expect(hoursOfTexts(texts)).toEqual(HOURS);
});

test("without any opening hours there are none", () => {
  expect(hoursOfTexts(textsOfHours(null))).toBeNull();
});

test("what people write instead of commas and hyphens is read", () => {
  const texts = { ...textsOfHours(null), sat: "10:00–12:00 14:00–16:00" };
  expect(hoursOfTexts(texts)).toEqual({ sat: ["10:00-12:00", "14:00-16:00"] });
});
