/** The rows of the matrix of promised times. */
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
/** Its columns. */
export const TARGETS = ["first_response_seconds", "resolution_seconds"] as const;

/** The times as they are written, by row and column. */
export type Targets = Record<`${(typeof PRIORITIES)[number]}.${(typeof TARGETS)[number]}`, string>;
