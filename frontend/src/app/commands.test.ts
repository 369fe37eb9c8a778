import { expect, test } from "vitest";

import { commands } from "./commands";

test("no two commands share an id, and no two of one place a key", () => {
  const ids = commands.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const keys = commands.flatMap(({ place, keys = [] }) => keys.map((key) => `${place} ${key}`));
  expect(new Set(keys).size).toBe(keys.length);
});

test("no command has a chord that a browser keeps, or Alt with a letter", () => {
  const taken = /\$mod\+(Shift\+)?(n|t|w|Tab)$|Alt\+\w$/i;
  expect(commands.flatMap(({ keys = [] }) => keys).filter((key) => taken.test(key))).toEqual([]);
});
