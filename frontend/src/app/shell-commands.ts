import { msg } from "@lingui/core/macro";

import type { Command } from "../kernel/commands";

export const openPalette: Command = {
  id: "palette.open",
  words: msg`Find and do`,
  place: "everywhere",
  keys: ["$mod+k"],
  keyOnly: true,
};
export const openKeySheet: Command = {
  id: "keys.open",
  words: msg`Show all keys`,
  place: "everywhere",
  keys: ["?", "Shift+?"],
};
export const nextPane: Command = {
  id: "pane.next",
  words: msg`Next pane`,
  place: "everywhere",
  keys: ["F6"],
  whileWriting: true,
  keyOnly: true,
};
export const previousPane: Command = {
  id: "pane.previous",
  words: msg`Previous pane`,
  place: "everywhere",
  keys: ["Shift+F6"],
  whileWriting: true,
  keyOnly: true,
};
export const lightScheme: Command = { id: "scheme.light", words: msg`Light appearance`, place: "everywhere" };
export const darkScheme: Command = { id: "scheme.dark", words: msg`Dark appearance`, place: "everywhere" };
export const autoScheme: Command = {
  id: "scheme.auto",
  words: msg`Appearance of this device`,
  place: "everywhere",
};

export const shellCommands: readonly Command[] = [
  openPalette,
  openKeySheet,
  nextPane,
  previousPane,
  lightScheme,
  darkScheme,
  autoScheme,
];
