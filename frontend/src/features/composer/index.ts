export { composerCommands } from "./commands";
export { Composer } from "./parts/composer";
