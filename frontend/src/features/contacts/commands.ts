import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToContacts: Command = {
  id: "go.contacts",
  words: msg`Go to the contacts`,
  place: "go",
  keys: ["g c"],
  alsoCalled: msg`Customers, people, companies`,
};

export const contactCommands: readonly Command[] = [goToContacts];
