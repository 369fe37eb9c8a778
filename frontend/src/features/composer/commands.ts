import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const reply: Command = { id: "composer.reply", words: msg`Reply`, place: "ticket", keys: ["r"] };
export const note: Command = { id: "composer.note", words: msg`Internal note`, place: "ticket", keys: ["n"] };

export const composerCommands: readonly Command[] = [reply, note];
