import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToAdmin: Command = {
  id: "go.admin",
  words: msg`Go to administration`,
  place: "go",
  keys: ["g a"],
  alsoCalled: msg`Members, groups, tags, rules, webhooks`,
};

export const adminCommands: readonly Command[] = [goToAdmin];
