import fc from "fast-check";
import { expect, test } from "vitest";

import { backoff, ticketOf } from "./pushed";

test("a message names its ticket, whatever its form", () => {
  expect(ticketOf(JSON.stringify({ event: "ticket.updated", data: { id: "t" } }))).toBe("t");
  expect(ticketOf(JSON.stringify({ event: "ticket.deleted", data: { ticket_id: "t" } }))).toBe("t");
  expect(ticketOf(JSON.stringify({ event: "comment.added", data: { id: "c", ticket_id: "t" } }))).toBe("t");
  expect(ticketOf(JSON.stringify({ event: "comment.added", data: { id: "c", ticket: { id: "t" } } }))).toBe("t");
});

test("other messages are about no ticket, and nothing breaks the reader", () => {
  expect(ticketOf(JSON.stringify({ event: "ready", data: { id: "x" } }))).toBeNull();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => ["string", "object"].includes(typeof ticketOf(text))),
  );
});

test("pauses grow, are spread, and never exceed fifteen seconds", () => {
  expect(backoff(1, 0)).toBe(250);
  expect(backoff(1, 1)).toBe(500);
  expect(backoff(40, 1)).toBe(15_000);
});
