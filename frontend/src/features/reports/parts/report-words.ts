import { useLingui } from "@lingui/react/macro";

import { span } from "../../../kernel/sla";
import type { Dimension } from "../queries";

/** What the search language calls things, in words. */
export function useReportWords() {
  const { t, i18n } = useLingui();
  const words: Readonly<Record<string, string>> = {
    new: t`New`,
    open: t`Open`,
    pending: t`Pending`,
    hold: t`On hold`,
    solved: t`Solved`,
    closed: t`Closed`,
    urgent: t`Urgent`,
    high: t`High`,
    normal: t`Normal`,
    low: t`Low`,
    question: t`Question`,
    incident: t`Incident`,
    problem: t`Problem`,
    task: t`Task`,
    web: t`Web`,
    api: t`API`,
    email: t`Mail`,
    chat: t`Chat`,
    phone: t`Phone`,
    import: t`Import`,
  };
  const dimensions: Readonly<Record<Dimension, string>> = {
    group: t`Group`,
    agent: t`Agent`,
    tag: t`Tag`,
    category: t`Category`,
    channel: t`Channel`,
    type: t`Type`,
    priority: t`Priority`,
    status: t`Status`,
  };
  const day = new Intl.DateTimeFormat(i18n.locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(i18n.locale, { month: "short", year: "numeric", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(i18n.locale, { weekday: "short", timeZone: "UTC" });
  return {
    dimensions,
    /** A fixed word of a dimension; names of people and groups are their own words. */
    part: (by: Dimension, label: string): string =>
      ["channel", "type", "priority", "status"].includes(by) ? (words[label] ?? label) : label,
    word: (label: string): string => words[label] ?? label,
    /** A day, week or month by its first day. */
    bucket: (date: string, grouping: string): string => {
      const moment = new Date(`${date}T00:00:00Z`);
      return grouping === "month" ? month.format(moment) : day.format(moment);
    },
    /** The weekday by its number; 1 is Monday, as was 5 January 1970. */
    weekday: (number: number): string => weekday.format(new Date(Date.UTC(1970, 0, 4 + number))),
    time: (seconds: number): string => span(seconds * 1_000, i18n.locale),
    percent: (value: number): string => new Intl.NumberFormat(i18n.locale, { style: "percent" }).format(value / 100),
    decimal: (value: number): string =>
      new Intl.NumberFormat(i18n.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value),
  };
}
