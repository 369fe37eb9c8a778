/** Opening hours as v1 has them. */
export interface Hours {
  readonly [weekday: string]: readonly string[] | Readonly<Record<string, readonly string[]>> | undefined;
  readonly dates?: Readonly<Record<string, readonly string[]>>;
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Opening hours as texts: openings of each weekday with commas, and a line for each date. */
export type HoursTexts = Readonly<Record<(typeof WEEKDAYS)[number] | "dates", string>>;

/** Writes opening hours as texts; without any, all are empty. */
export function textsOfHours(hours: Hours | null | undefined): HoursTexts {
  const dates = Object.entries(hours?.dates ?? {}).sort(([one], [other]) => one.localeCompare(other));
  const week = WEEKDAYS.map((day) => [day, ((hours?.[day] ?? []) as readonly string[]).join(", ")]);
  const lines = dates.map(([date, openings]) => `${date} ${openings.join(", ")}`.trim());
  return { ...(Object.fromEntries(week) as HoursTexts), dates: lines.join("\n") };
}

/** Reads texts as opening hours; null where all are empty. */
export function hoursOfTexts(texts: HoursTexts): Hours | null {
  const week = WEEKDAYS.map((day) => [day, openingsOf(texts[day])] as const).filter(
    ([, openings]) => openings.length > 0,
  );
  const dates = texts.dates
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [date = "", ...openings] = line.split(/\s+/);
      return [date, openingsOf(openings.join(" "))] as const;
    });
  if (week.length === 0 && dates.length === 0) return null;
  return { ...Object.fromEntries(week), ...(dates.length === 0 ? {} : { dates: Object.fromEntries(dates) }) };
}

function openingsOf(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .map((part) => part.replace("–", "-"))
    .filter((part) => part !== "");
}
