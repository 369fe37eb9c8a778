import { findPeople, getDashboardActivity, getFirstSteps, getSlaStatus, listTickets } from "../../api";
import { type BuiltIn, narrowed, requestOf, VIEWS } from "../../kernel/views";
import { record } from "../../live/records";

/** A dashboard that is left open stays right. */
const often = { staleTime: 0, refetchInterval: 60_000 } as const;

/** A list of the inbox, as its address names it. */
export interface Listed {
  readonly view: BuiltIn;
  readonly q: string;
}

/** How many tickets a list of the inbox has: the same question as the list asks, so that both agree. */
export const countQuery = ({ view, q }: Listed) => ({
  ...record("dashboard", `count ${view} ${q}`, async (signal) => {
    const query = { ...requestOf(narrowed(VIEWS[view], { q })), limit: 1, fields: "row" };
    const { data, error, response } = await listTickets({ query: query as never, signal });
    const total = data?.data.pagination.total;
    return { error, response, ...(total === undefined ? {} : { data: { data: total } }) };
  }),
  ...often,
});

/** The first tickets of the open ones, by what is most urgent. */
export const urgentQuery = (sort: "waiting_since" | "next_due_at") => ({
  ...record("dashboard", sort, (signal) => {
    const query = { ...requestOf(narrowed(VIEWS.open, { sort })), limit: 6, fields: "row" };
    return listTickets({ query: query as never, signal });
  }),
  ...often,
});

export const levelsQuery = { ...record("dashboard", "levels", (signal) => getSlaStatus({ signal })), ...often };
export const activityQuery = {
  ...record("dashboard", "activity", (signal) => getDashboardActivity({ query: { limit: 12 }, signal })),
  ...often,
};
export const staffQuery = {
  ...record("dashboard", "staff", (signal) => findPeople({ query: { limit: 50 }, signal })),
  ...often,
};

/** A step may be done on another page, or by another admin. */
export const firstStepsQuery = {
  ...record("dashboard", "first steps", (signal) => getFirstSteps({ signal })),
  ...often,
};
