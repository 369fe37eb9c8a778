import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const signOutCommand: Command = { id: "account.sign-out", words: msg`Sign out`, place: "everywhere" };

export const availability: Command = {
  id: "account.availability",
  words: msg`Set my availability`,
  place: "everywhere",
};

export const accountCommands: readonly Command[] = [availability, signOutCommand];
