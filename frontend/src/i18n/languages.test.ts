import { i18n } from "@lingui/core";
import { expect, test } from "vitest";

import "./languages";

test("a name that turns its line does not turn the sentence it is in", () => {
  const id = "Reply to {name}, {count} files";
  i18n.load("en", { [id]: ["Reply to ", ["name"], ", ", ["count"], " files"] });
  const values = { name: "Ann \u202Etxt", count: 2 };
  expect(i18n._(id, values)).toBe("Reply to Ann txt, 2 files");
  expect(i18n._({ id, values })).toBe("Reply to Ann txt, 2 files");
  expect(i18n.t({ id, values })).toBe("Reply to Ann txt, 2 files");
});
