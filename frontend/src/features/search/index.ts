export { type Finding, useFindings } from "./findings";
export { QueryChips } from "./parts/query-chips";
export { QueryField } from "./parts/query-field";
