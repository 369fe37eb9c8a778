/** The only way to the server: contract v1 as generated functions, called through `ask`. */
export {
  answerIn,
  ask,
  type Answer,
  askOrThrow,
  ifMatch,
  newKey,
  once,
  onSessionEnd,
  rateLeft,
  RefusedError,
} from "./client";
export type { Problem } from "./problem";
export { serverNow } from "./server-clock";
export { upload, uploadTo } from "./upload";
export * from "./generated";
