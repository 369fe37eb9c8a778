import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const openSettings: Command = {
  id: "go.settings",
  words: msg`Own settings`,
  place: "go",
  keys: ["g ,"],
  alsoCalled: msg`Profile, password, theme, keys`,
};

export const settingsCommands: readonly Command[] = [openSettings];
