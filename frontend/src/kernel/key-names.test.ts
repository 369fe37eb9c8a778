import { expect, test } from "vitest";

import { keyName } from "./key-names";

test.each([
  ["$mod+k", false, "Ctrl K"],
  ["$mod+Shift+k", true, "⌘ Shift K"],
  ["g i", false, "G I"],
  ["Shift+?", false, "Shift ?"],
  ["$mod+Enter", false, "Ctrl ⏎"],
])("%s", (key, isMac, expected) => {
  expect(keyName(key, isMac)).toBe(expected);
});
