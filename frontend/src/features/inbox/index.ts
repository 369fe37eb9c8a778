export { goToInbox, inboxCommands, newTicket } from "./commands";
