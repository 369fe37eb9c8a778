export { ActionLines } from "./parts/action-lines";
export { AttachedFiles } from "./parts/attached-files";
export { useRuleWords } from "./words";
