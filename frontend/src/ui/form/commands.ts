import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const saveForm: Command = {
  id: "form.save",
  words: msg`Save the form`,
  place: "everywhere",
  keys: ["$mod+s"],
};

export const formCommands: readonly Command[] = [saveForm];
