import { expect, test } from "vitest";

import { type Command, keysFor, Registry } from "./commands";

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

test("what is above wins over later offers", () => {
  const registry = new Registry();
  const selected = () => undefined;
  registry.offer([[solve, selected]], true);
  registry.offer([[solve, () => undefined]]);
  expect(registry.current().get("ticket.solve")?.act).toBe(selected);
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

test("a page of choices is asked for once, and listeners hear of it", () => {
  const registry = new Registry();
  let calls = 0;
  registry.subscribe(() => (calls += 1));
  registry.ask("ticket.status");
  registry.ask("ticket.status");
  expect([registry.asked(), calls]).toEqual(["ticket.status", 1]);
  registry.ask(null);
  expect([registry.asked(), calls]).toEqual([null, 2]);
});

test("own keys replace ours, and without single keys only chords and keys that write nothing remain", () => {
  const command = (...keys: string[]): Command => ({ id: "it", words: { id: "It" }, place: "list", keys });
  const all = { keys: {}, single_keys: true };
  const none = { keys: {}, single_keys: false };
  expect(keysFor(command("e"), undefined)).toEqual(["e"]);
  expect(keysFor(command("e"), { ...all, keys: { it: "y" } })).toEqual(["y"]);
  expect(keysFor(command("e"), { ...all, keys: { it: "" } })).toEqual([]);
  expect(keysFor(command("j", "ArrowDown", "Shift+J", "g i", "?", "$mod+k", "F6"), none)).toEqual([
    "ArrowDown",
    "$mod+k",
    "F6",
  ]);
});
