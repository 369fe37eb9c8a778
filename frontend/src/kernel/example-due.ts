import { regionOf } from "./regions";

const DAY_MS = 86_400_000;
/** A Friday at 16:50, without a time zone: no change of clocks disturbs an example. */
const FRIDAY = Date.UTC(2026, 0, 2, 16, 50);

/** When a promise of so many seconds is due for a ticket that is filed on Friday at 16:50: "Friday 20:50", and days later. */
export function exampleDue(
  seconds: number,
  language: string,
  browser: readonly string[] = navigator.languages,
): { readonly when: string; readonly days: number } {
  const due = FRIDAY + seconds * 1_000;
  const { tag, hours } = regionOf(language, browser);
  const style = { weekday: "long", hour: "2-digit", minute: "2-digit", timeZone: "UTC", hourCycle: hours } as const;
  const days = Math.floor(due / DAY_MS) - Math.floor(FRIDAY / DAY_MS);
  return { when: new Intl.DateTimeFormat(tag, style).format(due), days };
}
