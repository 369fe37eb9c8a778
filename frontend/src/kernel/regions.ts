/** How dates and times are written: in which language and country, and whether the day has 24 hours. */
export interface Region {
  readonly tag: string;
  readonly hours: "h11" | "h12" | "h23" | "h24";
}

/**
 * The habits of a reader who has the app in `language`, by the languages of the browser, the preferred first: words as in
 * the first of that language ("en-GB"), hours as in the first of all.
 */
export function regionOf(language: string, browser: readonly string[]): Region {
  const tag = browser.find((each) => each.split("-")[0] === language) ?? language;
  const habits = new Intl.DateTimeFormat(browser[0] ?? tag, { hour: "numeric" }).resolvedOptions();
  return { tag, hours: habits.hourCycle ?? "h23" };
}
