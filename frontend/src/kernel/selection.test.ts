import { expect, test } from "vitest";

import { added, isSelected, more, NOTHING_SELECTED, selectedCount, toggled } from "./selection";

const loaded = ["a", "b", "c"];

test("tickets are selected one by one and taken out again", () => {
  const one = toggled(NOTHING_SELECTED, "b", loaded);
  expect([isSelected(one, "b"), isSelected(one, "a"), selectedCount(one, 9)]).toEqual([true, false, 1]);
  expect(toggled(one, "b", loaded)).toEqual(NOTHING_SELECTED);
});

test("first those that are loaded are selected, then all of the list", () => {
  const some = more(NOTHING_SELECTED, loaded, 1_204);
  expect([some.all, selectedCount(some, 1_204)]).toEqual([false, 3]);
  const all = more(some, loaded, 1_204);
  expect([all.all, selectedCount(all, 1_204), isSelected(all, "z")]).toEqual([true, 1_204, true]);
  expect(added(all, ["z"])).toBe(all);
  const without = toggled(all, "a", loaded);
  expect([without.all, ...without.ids]).toEqual([false, "b", "c"]);
});

test("a short list is selected as a whole at the first press", () => {
  expect(more(NOTHING_SELECTED, loaded, 3).all).toBe(true);
});
