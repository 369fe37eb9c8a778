import { beforeEach, expect, test } from "vitest";

import { clearNew, emptyTicket, keepNew, readNew } from "./kept";

beforeEach(() => localStorage.clear());

test("what was begun is there again, for its writer alone, until it is sent", () => {
  keepNew("01", { ...emptyTicket(), subject: "Zip" });
  expect(readNew("01").subject).toBe("Zip");
  expect(readNew("02")).toEqual(emptyTicket());
  clearNew("01");
  expect(readNew("01")).toEqual(emptyTicket());
});

test("what an older page kept, or something broken, does no harm", () => {
  localStorage.setItem("deskbell.new-ticket.01", '{"subject":"Zip"}');
  expect(readNew("01")).toEqual({ ...emptyTicket(), subject: "Zip" });
  localStorage.setItem("deskbell.new-ticket.01", "{");
  expect(readNew("01")).toEqual(emptyTicket());
});
