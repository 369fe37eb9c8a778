import { expect, test } from "vitest";

import { localeChoices, localeName } from "./locales";

test("a language is named in the reader's own, and an unknown code stays as it is", () => {
  expect(localeName("de", "en")).toBe("German (de)");
  expect(localeName("de", "de")).toBe("Deutsch (de)");
  expect(localeName("not a code", "en")).toBe("not a code");
});

test("languages that are there already are not offered", () => {
  const values = localeChoices("en", ["de"]).map(({ value }) => value);
  expect(values).toContain("fr");
  expect(values).not.toContain("de");
});
