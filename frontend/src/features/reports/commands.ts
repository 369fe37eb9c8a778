import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToReports: Command = {
  id: "go.reports",
  words: msg`Go to the reports`,
  place: "go",
  keys: ["g r"],
  alsoCalled: msg`Figures of a period, by group, agent and tag`,
};

export const reportCommands: readonly Command[] = [goToReports];
