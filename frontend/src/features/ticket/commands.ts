import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const solve: Command = { id: "ticket.solve", words: msg`Solve, or reopen`, place: "ticket", keys: ["e"] };
export const take: Command = { id: "ticket.take", words: msg`Take it`, place: "ticket", keys: ["i"] };

export const ticketCommands: readonly Command[] = [solve, take];
