import fc from "fast-check";
import { expect, test } from "vitest";

import { bodyOf, clashes, drawn, newer, valuesOf } from "./patches";

const ticket = { version: 3, status: "open", assignee_id: null as string | null, fields: { size: "m", colour: "red" } };

test("patches are drawn over the object in order, own fields one by one", () => {
  const shown = drawn(ticket, [
    { key: 1, sets: { status: "solved", "fields.size": "l" } },
    { key: 2, sets: { status: "pending" } },
  ]);
  expect(shown).toEqual({ ...ticket, status: "pending", fields: { size: "l", colour: "red" } });
  expect(ticket.fields.size).toBe("m");
});

test("the server is sent the values alone", () => {
  expect(bodyOf({ status: "open", "fields.size": null })).toEqual({ status: "open", fields: { size: null } });
});

test("only a field that somebody else set to something else clashes", () => {
  const read = valuesOf(ticket, ["status", "fields.size"]);
  const wanted = { status: "solved", "fields.size": "l" };
  expect(clashes(read, wanted, { ...ticket, assignee_id: "sam" })).toEqual([]);
  expect(clashes(read, wanted, { ...ticket, status: "pending" })).toEqual(["status"]);
  expect(clashes(read, wanted, { ...ticket, status: "solved" })).toEqual([]);
  expect(clashes(read, wanted, { ...ticket, fields: { size: "s" } })).toEqual(["fields.size"]);
});

test("the order in which copies arrive does not matter", () => {
  const copies = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(copies, (versions) => {
      const all = versions.map((version) => ({ version, status: `at ${version}` }));
      const kept = all.reduce<(typeof all)[number] | undefined>((before, copy) => newer(before, copy), undefined);
      return kept?.status === `at ${Math.max(...versions)}`;
    }),
  );
});
