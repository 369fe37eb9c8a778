/** A span of whole days, both included, as dates such as `2026-03-01`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The spans that can be chosen by name. */
export const SPANS = ["7", "30", "90", "month", "last-month", "year"] as const;
export type Span = (typeof SPANS)[number];

/** The days of a span that is named, ending with today or with the last month. */
export function daysOf(span: Span, today: string): Days {
  const [year = "", month = ""] = today.split("-");
  if (span === "month") return { from: `${year}-${month}-01`, to: today };
  if (span === "year") return { from: `${year}-01-01`, to: today };
  if (span === "last-month") {
    const to = shifted(`${year}-${month}-01`, -1);
    return { from: `${to.slice(0, 8)}01`, to };
  }
  return { from: shifted(today, 1 - Number(span)), to: today };
}

/** As many days, just before. */
export function before({ from, to }: Days): Days {
  const count = Math.round((midnight(to) - midnight(from)) / DAY) + 1;
  return { from: shifted(from, -count), to: shifted(from, -1) };
}

/** Whether a text is a date of the calendar. */
export function isDate(text: string | undefined): text is string {
  return text !== undefined && DATE.test(text) && written(midnight(text)) === text;
}

/** The date at a clock that shows local time. */
export function dateOf(moment: Date): string {
  return written(Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()));
}

/** The change against before in whole percent; `null` where there was nothing to compare with. */
export function change(now: number, then: number): number | null {
  return then === 0 ? null : Math.round(((now - then) / then) * 100);
}

function shifted(date: string, days: number): string {
  return written(midnight(date) + days * DAY);
}

/** In UTC, where each day has 24 hours. */
function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function written(moment: number): string {
  return Number.isNaN(moment) ? "" : new Date(moment).toISOString().slice(0, 10);
}
