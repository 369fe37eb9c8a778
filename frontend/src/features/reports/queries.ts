import {
  agentReport,
  type BreakdownReportData,
  breakdownReport,
  fieldReport,
  hourReport,
  satisfactionReport,
  slaReport,
  ticketReport,
} from "../../api";
import type { Days } from "../../kernel/periods";
import { record } from "../../live/records";

/** What a report is about: its days, and the tickets that a text of the search language finds. */
export interface Scope extends Days {
  readonly q: string;
}

export type Dimension = NonNullable<NonNullable<BreakdownReportData["query"]>["by"]>;

/** Figures change all the time: those of another visit are fetched again. */
const fresh = { staleTime: 0 } as const;

function queryOf({ from, to, q }: Scope) {
  return { start_date: from, end_date: to, ...(q === "" ? {} : { q }) };
}

function named(noun: string, { from, to, q }: Scope): string {
  return [noun, from, to, q].join(" ");
}

export const ticketsQuery = (scope: Scope) => ({
  ...record("reports", named("tickets", scope), (signal) => ticketReport({ query: queryOf(scope), signal })),
  ...fresh,
});

export const slaQuery = (scope: Scope) => ({
  ...record("reports", named("sla", scope), (signal) => slaReport({ query: queryOf(scope), signal })),
  ...fresh,
});

export const agentsQuery = (scope: Scope) => ({
  ...record("reports", named("agents", scope), (signal) => agentReport({ query: queryOf(scope), signal })),
  ...fresh,
});

export const satisfactionQuery = (scope: Scope) => ({
  ...record("reports", named("satisfaction", scope), (signal) => satisfactionReport({ query: queryOf(scope), signal })),
  ...fresh,
});

export const hoursQuery = (scope: Scope) => ({
  ...record("reports", named("hours", scope), (signal) => hourReport({ query: queryOf(scope), signal })),
  ...fresh,
});

export const breakdownQuery = (by: Dimension, scope: Scope) => ({
  ...record("reports", named(`by ${by}`, scope), (signal) =>
    breakdownReport({ query: { ...queryOf(scope), by }, signal }),
  ),
  ...fresh,
});

export const fieldQuery = (key: string, scope: Scope) => ({
  ...record("reports", named(`by field ${key}`, scope), (signal) =>
    fieldReport({ path: { key }, query: queryOf(scope), signal }),
  ),
  ...fresh,
});
