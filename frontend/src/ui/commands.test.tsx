import { render } from "@testing-library/react";
import { expect, test } from "vitest";

import { type Command, Registry } from "../kernel/commands";
import { CommandProvider, useCommand } from "./commands";

const solve: Command = { id: "ticket.solve", words: { id: "Solve" }, place: "ticket", keys: ["e"] };

function Ticket({ number, solved }: { number: number; solved: number[] }) {
  useCommand(solve, () => solved.push(number));
  return null;
}

test("a command acts on what is shown now, without a new offer, and goes with its component", () => {
  const registry = new Registry();
  const solved: number[] = [];
  const page = (number: number) => (
    <CommandProvider registry={registry}>
      <Ticket number={number} solved={solved} />
    </CommandProvider>
  );
  const shown = render(page(1));
  const offers = registry.current();
  shown.rerender(page(2));
  expect(registry.current()).toBe(offers);
  const act = registry.current().get("ticket.solve")?.act;
  if (typeof act === "function") act();
  expect(solved).toEqual([2]);
  shown.unmount();
  expect(registry.current().size).toBe(0);
});
