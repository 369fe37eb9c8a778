import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToInbox: Command = { id: "go.inbox", words: msg`Go to the inbox`, place: "go", keys: ["g i"] };

export const inboxCommands: readonly Command[] = [goToInbox];
