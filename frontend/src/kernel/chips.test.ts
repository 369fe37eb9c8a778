import fc from "fast-check";
import { expect, test } from "vitest";

import { chipsOf, placeAt, pointsIn, quoted, withPart, without } from "./chips";

test("operators, words and phrases are told apart", () => {
  expect(
    chipsOf(' zip -tag:"vip, gold" created>=2026-11 "blue jacket" -old http://x status.since>3d').map(
      ({ text, operator, negated, value }) => ({ text, operator, negated, value }),
    ),
  ).toEqual([
    { text: "zip", operator: null, negated: false, value: "zip" },
    { text: '-tag:"vip, gold"', operator: "tag", negated: true, value: "vip, gold" },
    { text: "created>=2026-11", operator: "created", negated: false, value: ">= 2026-11" },
    { text: '"blue jacket"', operator: null, negated: false, value: "blue jacket" },
    { text: "-old", operator: null, negated: true, value: "old" },
    { text: "http://x", operator: null, negated: false, value: "http://x" },
    { text: "status.since>3d", operator: "status.since", negated: false, value: "> 3d" },
  ]);
});

test("taking a part out leaves the others, and an added one is written once", () => {
  const text = "zip  status:open jacket";
  const [, status] = chipsOf(text);
  expect(status && without(text, status)).toBe("zip jacket");
  expect(withPart(text, "priority:urgent")).toBe("zip  status:open jacket priority:urgent");
  expect(withPart(text, "status:open")).toBe(text);
});

test("places are counted as the server counts them", () => {
  const text = "🦊🦊 tag:vi";
  expect(pointsIn(text.slice(0, 9))).toBe(7);
  expect(placeAt(text, 7)).toBe(9);
  expect(placeAt(text, 99)).toBe(text.length);
});

test("every part can be found again at its place, and taken out one by one nothing remains", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", ":", '"', " ", "-", "é", "<") }), (text) => {
      let rest = text;
      for (const { start, text: part } of chipsOf(text)) expect(text.slice(start, start + part.length)).toBe(part);
      for (let chip = chipsOf(rest)[0]; chip !== undefined; chip = chipsOf(rest)[0]) rest = without(rest, chip);
      expect(rest.trim()).toBe("");
    }),
  );
});

test("values are put in quotes where they have to be", () => {
  expect([quoted("vip"), quoted("ann lee"), quoted("a,b"), quoted('6" pipe')]).toEqual([
    "vip",
    '"ann lee"',
    '"a,b"',
    '"6 pipe"',
  ]);
});
