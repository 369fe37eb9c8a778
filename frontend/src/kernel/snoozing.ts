import { secondsOf } from "./spans";

const HOUR = 3_600_000;
/** The hour at which a day of work begins. */
const MORNING = 9;
const MONDAY = 1;

/** A moment until which a ticket can wait. */
export interface Moment {
  readonly id: "later" | "tomorrow" | "monday" | "week" | "span";
  readonly at: Date;
}

/** The moments that are offered, in the reader's zone: in three hours, tomorrow morning, on Monday, in a week. */
export function momentsFrom(now: Date): readonly Moment[] {
  const monday = ((MONDAY - now.getDay() + 6) % 7) + 1;
  const moments: readonly Moment[] = [
    { id: "later", at: new Date(now.getTime() + 3 * HOUR) },
    { id: "tomorrow", at: morning(now, 1) },
    { id: "monday", at: morning(now, monday) },
    { id: "week", at: morning(now, 7) },
  ];
  // On Sunday tomorrow is Monday, and on Monday the next one is in a week.
  return moments.filter(({ at }, place) => moments.findIndex((each) => each.at.getTime() === at.getTime()) === place);
}

/** The moment after a span as people write it, `2h` or `3d`; `null` for what is none. */
export function momentAfter(span: string, now: Date): Moment | null {
  const seconds = secondsOf(span);
  if (seconds === null || Number.isNaN(seconds) || seconds === 0) return null;
  return { id: "span", at: new Date(now.getTime() + seconds * 1_000) };
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}
