import fc from "fast-check";
import { expect, test } from "vitest";

import { afterClose, backoff, readPushed, ticketOf } from "./pushed";

function about(event: string, data: object): string | null {
  const read = readPushed(JSON.stringify({ id: 1, event, data }));
  return read === null ? null : ticketOf(read);
}

test("a message names its ticket, whatever its form", () => {
  expect(about("ticket.updated", { id: "t" })).toBe("t");
  expect(about("ticket.deleted", { ticket_id: "t" })).toBe("t");
  expect(about("comment.added", { id: "c", ticket_id: "t" })).toBe("t");
  expect(about("comment.added", { id: "c", ticket: { id: "t" } })).toBe("t");
});

test("other messages are about no ticket, and nothing breaks the reader", () => {
  expect(about("ready", { id: "x" })).toBeNull();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = readPushed(text);
      return read === null || ["string", "object"].includes(typeof ticketOf(read));
    }),
  );
});

test("pauses grow, are spread, and never exceed fifteen seconds", () => {
  expect(backoff(1, 0)).toBe(250);
  expect(backoff(1, 1)).toBe(500);
  expect(backoff(40, 1)).toBe(15_000);
});

test.each([
  [4401, "sign-in"],
  [4403, "at-once"],
  [4408, "at-once"],
  [4410, "at-once"],
  [1012, "later"],
  [1013, "later"],
  [1006, "later"],
] as const)("after %i it connects %s", (code, when) => expect(afterClose(code)).toBe(when));
