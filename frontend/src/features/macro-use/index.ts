/** Macros on tickets: choosing one, what it will do, and its use. Loaded, with their words, when one is asked for. */
export { WantedMacro } from "./parts/lazy";
export { useMacros } from "./parts/use-macros";
