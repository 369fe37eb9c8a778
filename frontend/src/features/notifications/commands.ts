import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToNotices: Command = {
  id: "go.notices",
  words: msg`Go to the notifications`,
  place: "go",
  keys: ["g n"],
  alsoCalled: msg`Mentions, assignments, warnings`,
};

export const noticeCommands: readonly Command[] = [goToNotices];
