export { assign, group, macro, setPriority, setStatus, solve, tag, take, ticketCommands } from "./commands";
export { ColleagueMark } from "./parts/colleague-mark";
export { FieldInput } from "./parts/field-input";
export { TicketPane } from "./parts/ticket-pane";
export { chosenFrom, statusSets, useStatuses, useStatusWords } from "./parts/use-statuses";
export { PRIORITY_MARKS, PRIORITY_WORDS, STATUS_MARKS, STATUS_WORDS, TYPE_WORDS } from "./words";
