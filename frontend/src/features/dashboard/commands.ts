import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToDashboard: Command = {
  id: "go.dashboard",
  words: msg`Go to the dashboard`,
  place: "go",
  keys: ["g d"],
  alsoCalled: msg`Figures, deadlines, who is here`,
};

export const dashboardCommands: readonly Command[] = [goToDashboard];
