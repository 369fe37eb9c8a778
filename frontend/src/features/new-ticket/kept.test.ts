import { beforeEach, expect, test } from "vitest";

import { begunElsewhere, clearNew, emptyTicket, keepNew, readNew, takeUp } from "./kept";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test("what was begun is there again, for its writer alone, until it is sent", () => {
  keepNew("01", { ...emptyTicket(), subject: "Zip" });
  expect(readNew("01").subject).toBe("Zip");
  expect(readNew("02")).toEqual(emptyTicket());
  clearNew("01");
  expect(readNew("01")).toEqual(emptyTicket());
});

test("two tabs write two tickets, and one can be taken up in the other", () => {
  keepNew("01", { ...emptyTicket(), subject: "Zip" });
  sessionStorage.clear(); // another tab
  expect(readNew("01")).toEqual(emptyTicket());
  keepNew("01", { ...emptyTicket(), description: " Seam " });
  const [zip] = begunElsewhere("01");
  expect(begunElsewhere("01").map(({ words }) => words)).toEqual(["Zip"]);
  expect(begunElsewhere("02")).toEqual([]);
  expect(takeUp("01", zip?.place ?? "").subject).toBe("Zip");
  expect(readNew("01").subject).toBe("Zip");
  expect(begunElsewhere("01").map(({ words }) => words)).toEqual(["Seam"]);
});

test("something that is broken or older does no harm", () => {
  keepNew("01", emptyTicket());
  const [place = ""] = Object.keys(localStorage);
  localStorage.setItem(place, '{"subject":"Zip"}');
  expect(readNew("01")).toEqual({ ...emptyTicket(), subject: "Zip" });
  localStorage.setItem(place, "{");
  expect(readNew("01")).toEqual(emptyTicket());
});
