import { expect, test } from "vitest";

import { BUILT_IN, isBuiltIn, queryOf } from "./views";

test("each view lists its own tickets, newest first", () => {
  const queries = BUILT_IN.map((view) => queryOf(view, ""));
  expect(new Set(queries.map((query) => JSON.stringify(query))).size).toBe(BUILT_IN.length);
  expect(queries.every((query) => query.sort === "updated_at" && query.order === "desc")).toBe(true);
  expect(queryOf("mine", "").assignee_id).toBe("me");
});

test("blank words do not search", () => {
  expect(queryOf("open", "  ")).not.toHaveProperty("search");
  expect(queryOf("open", " zip ").search).toBe("zip");
});

test("other words of an address are no views", () => {
  expect(isBuiltIn("open")).toBe(true);
  expect(isBuiltIn("toString")).toBe(false);
  expect(isBuiltIn(undefined)).toBe(false);
});
