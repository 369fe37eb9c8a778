import fc from "fast-check";
import { expect, test } from "vitest";

import { judge, lay, NOTHING_WAITS, pagesFor, stepFrom } from "./listing";

const page = (ids: string, next: string | null, total = 9) => ({
  rows: Array.from(ids, (id) => ({ id })),
  next,
  total,
});
const shown = (laid: ReturnType<typeof lay>) => laid.rows.map((row) => row?.id ?? "_").join("");

test("pages stand at their places, and places between them stay open", () => {
  const laid = lay(
    new Map([
      [2, page("ghi", null)],
      [0, page("abc", "x")],
    ]),
    3,
  );
  expect(shown(laid)).toBe("abc___ghi");
  expect([laid.total, laid.places.get("h")]).toEqual([9, 7]);
});

test("a row that moved between two pages stands once, and the end is where the last page says", () => {
  const laid = lay(
    new Map([
      [0, page("abc", "x")],
      [1, page("cde", "y")],
      [2, page("f", null)],
    ]),
    3,
  );
  expect(shown(laid)).toBe("abcdef");
  expect(laid.total).toBe(6);
});

test("no row is lost and none stands twice, whatever the pages hold", () => {
  const pages = fc.dictionary(
    fc.nat({ max: 6 }).map(String),
    fc.array(
      fc.nat({ max: 12 }).map((id) => ({ id: `${id}` })),
      { maxLength: 4 },
    ),
  );
  fc.assert(
    fc.property(pages, (given) => {
      const map = new Map(Object.entries(given).map(([at, rows]) => [Number(at), { rows, next: "n", total: 28 }]));
      const laid = lay(map, 4);
      const ids = laid.rows.flatMap((row) => (row === undefined ? [] : [row.id]));
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(ids)).toEqual(new Set([...map.values()].flatMap(({ rows }) => rows.map(({ id }) => id))));
      for (const [id, place] of laid.places) expect(laid.rows[place]?.id).toBe(id);
    }),
  );
});

test("the pages of a window reach a little ahead, never past the end", () => {
  expect(pagesFor(0, 10, 30, 50, 1_204)).toEqual([0]);
  expect(pagesFor(15, 25, 30, 50, 1_204)).toEqual([0, 1]);
  expect(pagesFor(1_190, 1_203, 30, 50, 1_204)).toEqual([23, 24]);
  expect(pagesFor(0, 0, 30, 50, 0)).toEqual([0]);
  expect(pagesFor(900, 950, 30, 50, 10)).toEqual([0]);
});

test("what arrived and what is gone waits, and takes itself back", () => {
  const places = new Map([
    ["a", 0],
    ["b", 1],
  ]);
  const first = judge(NOTHING_WAITS, places, ["a", "b", "n", "m"], new Set(["b", "n"]));
  expect([...first.gone, "|", ...first.arrived]).toEqual(["a", "|", "n"]);
  expect(first.moved).toBe(true);
  const second = judge(first, places, ["a", "n"], new Set(["a"]));
  expect([second.gone.size, second.arrived.size]).toEqual([0, 0]);
});

test("steps stay inside; from a row that has gone its neighbour comes next", () => {
  expect(stepFrom(-1, false, 1, 3)).toBe(0);
  expect(stepFrom(0, true, 1, 3)).toBe(1);
  expect(stepFrom(2, true, 1, 3)).toBeNull();
  expect(stepFrom(0, true, -1, 3)).toBeNull();
  expect(stepFrom(1, false, 1, 3)).toBe(1);
  expect(stepFrom(1, false, -1, 3)).toBe(0);
});
