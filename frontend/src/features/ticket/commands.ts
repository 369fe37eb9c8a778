import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const solve: Command = { id: "ticket.solve", words: msg`Solve, or reopen`, place: "ticket", keys: ["e"] };
export const take: Command = { id: "ticket.take", words: msg`Take it`, place: "ticket", keys: ["i"] };
export const setStatus: Command = { id: "ticket.status", words: msg`Set the status`, place: "ticket", keys: ["s"] };
export const snooze: Command = { id: "ticket.snooze", words: msg`Let it wait until …`, place: "ticket", keys: ["h"] };
export const setPriority: Command = {
  id: "ticket.priority",
  words: msg`Set the priority`,
  place: "ticket",
  keys: ["p"],
};
export const assign: Command = { id: "ticket.assign", words: msg`Assign to …`, place: "ticket", keys: ["a"] };
export const group: Command = { id: "ticket.group", words: msg`Move to a group`, place: "ticket", keys: ["m"] };
export const tag: Command = { id: "ticket.tag", words: msg`Add or remove a tag`, place: "ticket", keys: ["t"] };
export const macro: Command = {
  id: "ticket.macro",
  words: msg`Apply a macro`,
  place: "ticket",
  keys: ["Shift+M"],
};
export const link: Command = {
  id: "ticket.link",
  words: msg`Link with another ticket`,
  place: "ticket",
  keys: ["Shift+L"],
};
/** Chooses what a field refers to; only the field itself asks for it. */
export const lookUpCommand: Command = {
  id: "ticket.look-up",
  words: msg`Choose for this field`,
  place: "ticket",
  keyOnly: true,
};
export const files: Command = { id: "ticket.files", words: msg`Next file`, place: "ticket", keys: ["v"] };
export const unread: Command = { id: "ticket.unread", words: msg`Unread from here`, place: "ticket", keys: ["u"] };
export const copyAddress: Command = { id: "ticket.copy", words: msg`Copy the address`, place: "ticket", keys: ["l"] };
export const remove: Command = {
  id: "ticket.delete",
  words: msg`Delete the ticket`,
  place: "ticket",
  keys: ["Delete"],
};
export const details: Command = {
  id: "ticket.details",
  words: msg`Show or hide details`,
  place: "ticket",
  keys: ["]"],
};
export const wide: Command = { id: "ticket.wide", words: msg`Wide, or narrow again`, place: "ticket", keys: ["f"] };
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

export const ticketCommands: readonly Command[] = [
  solve,
  take,
  setStatus,
  snooze,
  setPriority,
  assign,
  group,
  tag,
  link,
  macro,
  files,
  unread,
  copyAddress,
  remove,
  details,
  wide,
  messageBefore,
  messageAfter,
];
