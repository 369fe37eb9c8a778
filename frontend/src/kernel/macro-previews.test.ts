import { expect, test } from "vitest";

import { goesOut, summedChanges, summedEffects, summedProblems } from "./macro-previews";

const preview = (ticket_id: string, given: object) => ({ ticket_id, changes: {}, effects: [], problems: [], ...given });

test("equal changes of several tickets are counted, and tags are told one by one", () => {
  const both = { status: { was: "open", now: "pending" }, tags: { was: ["a", "b"], now: ["b", "c"] } };
  const found = summedChanges([
    preview("1", { changes: both }),
    preview("2", { changes: { status: { was: "new", now: "pending" } } }),
    preview("3", { changes: both, problems: [{ message: "No" }] }),
  ]);
  expect(found).toEqual([
    { field: "status", now: "pending", count: 2 },
    { field: "tags.added", now: "c", count: 1 },
    { field: "tags.removed", now: "a", count: 1 },
  ]);
});

test("effects are counted by kind, and refusals by reason", () => {
  const previews = [
    preview("1", { effects: [{ mail: {} }, { mail: {} }, { follow: ["me"] }] }),
    preview("2", { effects: [{ mail: {} }] }),
    preview("3", { problems: [{ message: "No" }] }),
    preview("4", { problems: [{ message: "No" }] }),
  ];
  expect(summedEffects(previews)).toEqual([
    ["mail", 2],
    ["follow", 1],
  ]);
  expect(summedProblems(previews)).toEqual([{ message: "No", ids: ["3", "4"] }]);
});

test.each([
  [{ do: [{ set: { status: "solved" } }], comment: null }, false],
  [{ do: [], comment: { public: false } }, false],
  [{ do: [], comment: { public: true } }, true],
  [{ do: [{ webhook: { webhook: "x" } }], comment: null }, true],
])("%j goes out: %s", (macro, out) => {
  expect(goesOut(macro)).toBe(out);
});
