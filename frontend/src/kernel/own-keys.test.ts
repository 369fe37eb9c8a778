import { expect, test } from "vitest";

import type { Command } from "./commands";
import { pressedKey, takenBy } from "./own-keys";

const command = (id: string, ...keys: string[]): Command => ({ id, words: { id }, place: "everywhere", keys });
const solve = command("ticket.solve", "e");
const inbox = command("go.inbox", "g i");
const palette = command("palette.open", "$mod+k");
const defaults = { single_keys: true, keys: {} };

test.each([
  ["e", solve],
  ["g", inbox],
  ["g i x", inbox],
  ["z", undefined],
  ["", undefined],
])("%j is taken by %o", (key, taken) => {
  expect(takenBy(key, palette, [solve, inbox, palette], defaults)).toBe(taken);
});

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
test.each([
  [{ ...plain, key: "e" }, "e"],
  [{ ...plain, key: "E", shiftKey: true }, "Shift+E"],
  [{ ...plain, key: "?", shiftKey: true }, "?"],
  [{ ...plain, key: "k", ctrlKey: true }, "$mod+k"],
  [{ ...plain, key: "t", ctrlKey: true }, ""],
  [{ ...plain, key: "e", altKey: true }, ""],
  [{ ...plain, key: "Shift", shiftKey: true }, ""],
  [{ ...plain, key: "ArrowDown", shiftKey: true }, "Shift+ArrowDown"],
])("%o is %j", (event, key) => {
  expect(pressedKey(event)).toBe(key);
});
