import { expect, test, vi } from "vitest";

import { type Command, keysFor, Registry } from "./commands";

const solve: Command = { id: "ticket.solve", words: { id: "Solve" }, place: "ticket", keys: ["e"] };

const reply: Command = { id: "ticket.reply", words: { id: "Reply" }, place: "ticket", keys: ["r"] };

function press(registry: Registry, { id }: Command): void {
  const act = registry.current().get(id)?.act;
  if (typeof act === "function") act();
}

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

test("what is performed before its part of the page is there is performed once it is, and once only", () => {
  const registry = new Registry();
  const acts: string[] = [];
  const withdraw = registry.expect([solve, reply], () => acts.push("waits"));
  press(registry, solve);
  expect(acts).toEqual(["waits"]);
  withdraw();
  registry.offer([[reply, () => acts.push("replied")]]);
  registry.offer([[solve, () => acts.push("solved")]]);
  registry.offer([[solve, () => acts.push("solved again")]]);
  expect(acts).toEqual(["waits", "solved"]);
});

test("a page of choices that was awaited is asked for, and what comes too late is not performed", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const registry = new Registry();
  registry.expect([solve]);
  press(registry, solve);
  registry.offer([[solve, { choose: () => [] }]]);
  expect(registry.asked()).toBe("ticket.solve");
  const late = vi.fn();
  registry.expect([reply]);
  press(registry, reply);
  vi.advanceTimersByTime(6_000);
  registry.offer([[reply, late]]);
  expect(late).not.toHaveBeenCalled();
  vi.useRealTimers();
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
