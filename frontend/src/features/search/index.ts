export { type Finding, useFindings } from "./findings";
