import { expect, test } from "vitest";

import { ago } from "./moments";

const now = new Date("2026-11-27T12:00:00Z");

test.each([
  ["2026-11-27T11:59:30Z", "now"],
  ["2026-11-27T12:00:10Z", "now"],
  ["2026-11-27T11:48:00Z", "12m"],
  ["2026-11-27T09:00:00Z", "3h"],
  ["2026-11-24T12:00:00Z", "Tue"],
  ["2026-11-12T12:00:00Z", "Nov 12"],
  ["2024-11-12T12:00:00Z", "Nov 12, 2024"],
])("%s was %s", (moment, words) => expect(ago(moment, now, "en")).toBe(words));
