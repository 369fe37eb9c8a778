export { ActionLines } from "./parts/action-lines";
export { useRuleWords } from "./words";
