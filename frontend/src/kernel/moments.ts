import { type Region, regionOf } from "./regions";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The reader's habits, by the browser. */
function region(language: string): Region {
  return regionOf(language, navigator.languages);
}

/** How long ago a moment was, as lists show it: "now", "12m", "3h", "Tue", "12 Nov", "12 Nov 2024". */
export function ago(moment: string, now: Date, language: string): string {
  const then = new Date(moment);
  const passed = now.getTime() - then.getTime();
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
  if (passed < MINUTE) return relative.format(0, "second");
  if (passed < HOUR) return duration(Math.floor(passed / MINUTE), "minute", language);
  if (passed < DAY) return duration(Math.floor(passed / HOUR), "hour", language);
  if (passed < 6 * DAY) return new Intl.DateTimeFormat(language, { weekday: "short" }).format(then);
  const year = then.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(region(language).tag, { day: "numeric", month: "short", year }).format(then);
}

/** The exact moment with its zone, for titles. */
export function exactly(moment: string, language: string): string {
  const { tag, hours } = region(language);
  const style = { dateStyle: "full", timeStyle: "long", hourCycle: hours } as const;
  return new Intl.DateTimeFormat(tag, style).format(new Date(moment));
}

/** The time of day, "09:30". */
export function timeOfDay(moment: string, language: string): string {
  const { tag, hours } = region(language);
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: hours } as const;
  return new Intl.DateTimeFormat(tag, style).format(new Date(moment));
}

/** The day, "Monday, 12 November", with the year unless it is the present one. */
export function dayOf(moment: string, now: Date, language: string): string {
  const then = new Date(moment);
  const year = then.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const style = { weekday: "long", day: "numeric", month: "long", year } as const;
  return new Intl.DateTimeFormat(region(language).tag, style).format(then);
}

/** A date without a time, "12 Nov 2026". */
export function plainDate(date: string, language: string): string {
  const style = { dateStyle: "medium", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(region(language).tag, style).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** A moment with its day, "12 Nov 2026, 09:30". */
export function dayAndTime(moment: string, language: string): string {
  const { tag, hours } = region(language);
  const style = { dateStyle: "medium", timeStyle: "short", hourCycle: hours } as const;
  return new Intl.DateTimeFormat(tag, style).format(new Date(moment));
}

function duration(value: number, unit: "minute" | "hour", language: string): string {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" }).format(value);
}
