export { accountCommands } from "./commands";
export { AccountMenu } from "./parts/account-menu";
export { SessionEnd } from "./parts/session-end";
