import { expect, test } from "vitest";

import { momentAfter, momentsFrom } from "./snoozing";

test("a ticket can wait for three hours, for tomorrow, for Monday and for a week", () => {
  const wednesday = new Date(2026, 10, 25, 14, 30);
  expect(momentsFrom(wednesday)).toEqual([
    { id: "later", at: new Date(2026, 10, 25, 17, 30) },
    { id: "tomorrow", at: new Date(2026, 10, 26, 9) },
    { id: "monday", at: new Date(2026, 10, 30, 9) },
    { id: "week", at: new Date(2026, 11, 2, 9) },
  ]);
});

test("no moment is offered twice", () => {
  const ids = (day: number) => momentsFrom(new Date(2026, 10, day, 8)).map(({ id }) => id);
  expect(ids(29)).toEqual(["later", "tomorrow", "week"]); // a Sunday
  expect(ids(30)).toEqual(["later", "tomorrow", "monday"]); // a Monday
});

test("a span that is typed counts from now", () => {
  const now = new Date(2026, 10, 25, 14, 30);
  expect(momentAfter("2d", now)).toEqual({ id: "span", at: new Date(2026, 10, 27, 14, 30) });
  expect(momentAfter("1h 30m", now)?.at).toEqual(new Date(2026, 10, 25, 16));
  for (const none of ["", "soon", "0h"]) expect(momentAfter(none, now)).toBeNull();
});
