import { accountCommands } from "../features/account";
import { composerCommands } from "../features/composer";
import { inboxCommands } from "../features/inbox";
import { ticketCommands } from "../features/ticket";
import type { Command } from "../kernel/commands";
import { undoCommand } from "../ui/last-act";
import { shellCommands } from "./shell-commands";

/** Every command there is, for the key sheet and the keyboard's settings. A feature adds its list here, once. */
export const commands: readonly Command[] = [
  ...shellCommands,
  undoCommand,
  ...accountCommands,
  ...inboxCommands,
  ...ticketCommands,
  ...composerCommands,
];
