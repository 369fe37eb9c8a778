import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToInbox: Command = { id: "go.inbox", words: msg`Go to the inbox`, place: "go", keys: ["g i"] };
export const goToUnassigned: Command = {
  id: "go.unassigned",
  words: msg`Go to unassigned tickets`,
  place: "go",
  keys: ["g u"],
};
export const goToSolved: Command = { id: "go.solved", words: msg`Go to solved tickets`, place: "go", keys: ["g s"] };
export const nextTicket: Command = {
  id: "list.next",
  words: msg`Next ticket`,
  place: "list",
  keys: ["j", "ArrowDown"],
  keyOnly: true,
};
export const previousTicket: Command = {
  id: "list.previous",
  words: msg`Previous ticket`,
  place: "list",
  keys: ["k", "ArrowUp"],
  keyOnly: true,
};
export const searchList: Command = { id: "list.search", words: msg`Search in this list`, place: "list", keys: ["/"] };

export const inboxCommands: readonly Command[] = [
  goToInbox,
  goToUnassigned,
  goToSolved,
  nextTicket,
  previousTicket,
  searchList,
];
