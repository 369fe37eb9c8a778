export { goToInbox, inboxCommands } from "./commands";
