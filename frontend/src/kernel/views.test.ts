import { expect, test } from "vitest";

import { asQuery, BUILT_IN, isBuiltIn, narrowed, requestOf, type View, VIEWS } from "./views";

const view = (name: keyof typeof VIEWS): View => VIEWS[name];

test("each built-in view has its own list", () => {
  const requests = BUILT_IN.map((name) => JSON.stringify(requestOf(view(name))));
  expect(new Set(requests).size).toBe(BUILT_IN.length);
  expect(requestOf(view("mine"))).toEqual({
    status: "new,open,pending,hold",
    assignee_id: "me",
    sort: "updated_at",
    order: "desc",
  });
  expect(isBuiltIn("toString")).toBe(false);
});

test("words narrow a view, and the address orders it", () => {
  const vip: View = { filter: { tags: ["vip", "a, b"] }, query: "zip", sort: "number", order: "asc" };
  expect(requestOf(narrowed(vip, { q: " priority:urgent " }))).toEqual({
    tag: 'vip,"a, b"',
    search: "zip priority:urgent",
    sort: "number",
    order: "asc",
  });
  expect(narrowed(vip, { sort: "next_due_at" })).toMatchObject({ sort: "next_due_at", order: "asc" });
  expect(narrowed(vip, { sort: "priority", order: "asc" })).toMatchObject({ sort: "priority", order: "asc" });
  expect(narrowed(vip, { sort: "toString", order: "up" })).toMatchObject({ sort: "number", order: "asc" });
});

test("a list is written in the search language where that can say it", () => {
  expect(asQuery(narrowed(view("mine"), { q: "zip" }))).toBe("status:new,open,pending,hold assignee:me zip");
  expect(asQuery({ ...view("all"), filter: { tags: ["a, b"] } })).toBe('tag:"a, b"');
  expect(asQuery({ ...view("all"), filter: { group_id: "01" } })).toBeNull();
  expect(asQuery({ ...view("all"), filter: { assignee: "01" } })).toBeNull();
});
