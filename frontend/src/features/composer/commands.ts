import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const reply: Command = { id: "composer.reply", words: msg`Reply`, place: "ticket", keys: ["r"] };
export const note: Command = { id: "composer.note", words: msg`Internal note`, place: "ticket", keys: ["n"] };
export const quote: Command = {
  id: "composer.quote",
  words: msg`Quote the message in a reply`,
  place: "ticket",
  keys: ["Shift+R"],
};
export const sendWords: Command = {
  id: "composer.send",
  words: msg`Send`,
  place: "composer",
  keys: ["$mod+Enter"],
  keyOnly: true,
};
export const sendAndSolve: Command = {
  id: "composer.solve",
  words: msg`Send, solve, go on`,
  place: "composer",
  keys: ["$mod+Shift+Enter"],
  keyOnly: true,
};
export const sendAs: Command = {
  id: "composer.sendAs",
  words: msg`Send and set the status`,
  place: "composer",
  keys: ["Alt+Enter"],
  whileWriting: true,
};

export const insertCanned: Command = {
  id: "composer.canned",
  words: msg`Insert a canned response`,
  place: "composer",
};
export const saveWords: Command = {
  id: "composer.saveCanned",
  words: msg`Save as canned response`,
  place: "composer",
};

export const composerCommands: readonly Command[] = [
  reply,
  note,
  quote,
  sendWords,
  sendAndSolve,
  sendAs,
  insertCanned,
  saveWords,
];
