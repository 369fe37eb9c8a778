import { expect, test } from "vitest";

import { exampleDue } from "./example-due";

test("an example counts from Friday 16:50, whatever the day and the time zone", () => {
  const due = (seconds: number) => exampleDue(seconds, "en", ["en-GB"]);
  expect(due(0).when).toMatch(/Friday.*16:50/);
  expect(due(0).days).toBe(0);
  expect(due(4 * 3_600).when).toMatch(/Friday.*20:50/);
  expect(due(9 * 86_400).when).toMatch(/Sunday.*16:50/);
  expect(due(9 * 86_400).days).toBe(9);
  expect(exampleDue(86_400, "de", ["de"]).when).toMatch(/Samstag.*16:50/);
});
