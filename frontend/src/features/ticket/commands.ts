import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const solve: Command = { id: "ticket.solve", words: msg`Solve, or reopen`, place: "ticket", keys: ["e"] };
export const take: Command = { id: "ticket.take", words: msg`Take it`, place: "ticket", keys: ["i"] };
export const unread: Command = { id: "ticket.unread", words: msg`Unread from here`, place: "ticket", keys: ["u"] };
export const messageBefore: Command = {
  id: "ticket.message-before",
  words: msg`Message before`,
  place: "ticket",
  keys: ["Shift+ArrowUp"],
  keyOnly: true,
};
export const messageAfter: Command = {
  id: "ticket.message-after",
  words: msg`Message after`,
  place: "ticket",
  keys: ["Shift+ArrowDown"],
  keyOnly: true,
};

export const ticketCommands: readonly Command[] = [solve, take, unread, messageBefore, messageAfter];
