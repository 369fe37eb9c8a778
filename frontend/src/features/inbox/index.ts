export { useColumnChoices } from "./column-words";
export { goToInbox, inboxCommands, newTicket } from "./commands";
