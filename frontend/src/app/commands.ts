import { accountCommands } from "../features/account";
import { adminCommands } from "../features/admin-frame/commands";
import { composerCommands } from "../features/composer";
import { contactCommands } from "../features/contacts/commands";
import { dashboardCommands } from "../features/dashboard/commands";
import { inboxCommands } from "../features/inbox";
import { knowledgeCommands } from "../features/knowledge/commands";
import { noticeCommands } from "../features/notifications/commands";
import { reportCommands } from "../features/reports/commands";
import { settingsCommands } from "../features/settings/commands";
import { ticketCommands } from "../features/ticket";
import type { Command } from "../kernel/commands";
import { undoCommand } from "../ui/last-act";
import { formCommands } from "../ui/form/commands";
import { shellCommands } from "./shell-commands";

/** Every command there is, for the key sheet and the keyboard's settings. A feature adds its list here, once. */
export const commands: readonly Command[] = [
  ...shellCommands,
  undoCommand,
  ...accountCommands,
  ...inboxCommands,
  ...ticketCommands,
  ...composerCommands,
  ...contactCommands,
  ...knowledgeCommands,
  ...dashboardCommands,
  ...reportCommands,
  ...noticeCommands,
  ...settingsCommands,
  ...adminCommands,
  ...formCommands,
];
