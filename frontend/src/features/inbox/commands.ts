import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";
import type { Words } from "../../kernel/commands";

function go(id: string, words: Words, key: string): Command {
  return { id: `go.${id}`, words, place: "go", keys: [key] };
}

export const goToInbox = go("inbox", msg`Go to the inbox`, "g i");
export const goToMine = go("mine", msg`Go to my tickets`, "g m");
export const goToUnassigned = go("unassigned", msg`Go to unassigned tickets`, "g u");
export const goToSolved = go("solved", msg`Go to solved tickets`, "g s");
/** The first saved views, by their place. */
export const goToViews: readonly Command[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => ({
  ...go(`view-${place}`, msg`Go to saved view ${place}`, `g ${place}`),
  keyOnly: true,
}));
export const newTicket: Command = { id: "ticket.new", words: msg`New ticket`, place: "everywhere", keys: ["c"] };

export const nextTicket: Command = {
  id: "list.next",
  words: msg`Next ticket`,
  place: "list",
  keys: ["j"],
  keyOnly: true,
};
export const previousTicket: Command = {
  id: "list.previous",
  words: msg`Previous ticket`,
  place: "list",
  keys: ["k"],
  keyOnly: true,
};
export const enterTicket: Command = {
  id: "list.enter",
  words: msg`Go into the conversation`,
  place: "list",
  keys: ["o"],
  keyOnly: true,
};
export const select: Command = { id: "list.select", words: msg`Select the ticket`, place: "list", keys: ["x"] };
export const extendDown: Command = {
  id: "list.extend-down",
  words: msg`Select the next one, too`,
  place: "list",
  keys: ["Shift+J"],
  keyOnly: true,
};
export const extendUp: Command = {
  id: "list.extend-up",
  words: msg`Select the previous one, too`,
  place: "list",
  keys: ["Shift+K"],
  keyOnly: true,
};
export const selectAll: Command = {
  id: "list.select-all",
  words: msg`Select all; again: also those not loaded`,
  place: "list",
  keys: ["$mod+a"],
  whileWriting: false,
};
export const stepOut: Command = {
  id: "list.clear",
  words: msg`One step out`,
  place: "list",
  keys: ["Escape"],
};
export const showArrived: Command = {
  id: "list.arrived",
  words: msg`Show what is new in the list`,
  place: "list",
  keys: ["."],
};
export const searchList: Command = { id: "list.search", words: msg`Search in this list`, place: "list", keys: ["/"] };
export const toggleViews: Command = {
  id: "list.views",
  words: msg`Show or hide the views`,
  place: "list",
  keys: ["["],
};
export const comfortable: Command = {
  id: "density.comfortable",
  words: msg`Rows of three lines`,
  place: "list",
};
export const cosy: Command = { id: "density.cosy", words: msg`Rows of two lines`, place: "list" };
export const compact: Command = { id: "density.compact", words: msg`Rows as a table`, place: "list" };

export const inboxCommands: readonly Command[] = [
  goToInbox,
  goToMine,
  goToUnassigned,
  goToSolved,
  ...goToViews,
  newTicket,
  nextTicket,
  previousTicket,
  enterTicket,
  select,
  extendDown,
  extendUp,
  selectAll,
  stepOut,
  showArrived,
  searchList,
  toggleViews,
  comfortable,
  cosy,
  compact,
];
