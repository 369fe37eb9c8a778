import { inboxCommands } from "../features/inbox";
import type { Command } from "../kernel/commands";

/** Every command there is, for the key sheet and the keyboard's settings. A feature adds its list here, once. */
export const commands: readonly Command[] = [...inboxCommands];
