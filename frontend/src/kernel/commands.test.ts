import { expect, test } from "vitest";

import { type Command, Registry } from "./commands";

const solve: Command = { id: "ticket.solve", words: { id: "Solve" }, place: "ticket", keys: ["e"] };

test("of two offers the later counts, and the earlier returns when it goes", () => {
  const registry = new Registry();
  const list = () => undefined;
  const ticket = () => undefined;
  registry.offer([[solve, list]]);
  const withdraw = registry.offer([[solve, ticket]]);
  expect(registry.current().get("ticket.solve")?.act).toBe(ticket);
  withdraw();
  expect(registry.current().get("ticket.solve")?.act).toBe(list);
});

test("the same map is given until something changes", () => {
  const registry = new Registry();
  const before = registry.current();
  expect(registry.current()).toBe(before);
  let calls = 0;
  registry.subscribe(() => (calls += 1));
  registry.offer([[solve, () => undefined]]);
  expect(registry.current()).not.toBe(before);
  expect(calls).toBe(1);
});
