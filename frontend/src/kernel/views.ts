/** The views that every desk has. */
export const BUILT_IN = ["mine", "unassigned", "open", "solved", "all"] as const;

export type BuiltIn = (typeof BUILT_IN)[number];

/** What `GET /tickets` is asked for a view. */
export interface ListQuery {
  readonly status?: string;
  readonly assignee_id?: string;
  readonly search?: string;
  readonly sort: "updated_at" | "created_at";
  readonly order: "asc" | "desc";
}

const UNFINISHED = "new,open,pending,hold";

/** Whether a part of an address names a built-in view. */
export function isBuiltIn(view: string | undefined): view is BuiltIn {
  return BUILT_IN.some((each) => each === view);
}

/** The query of a view, narrowed by words of the search language. */
export function queryOf(view: BuiltIn, search: string): ListQuery {
  const words = search.trim() === "" ? {} : { search: search.trim() };
  const newest = { sort: "updated_at", order: "desc" } as const;
  switch (view) {
    case "mine":
      return { ...newest, ...words, status: UNFINISHED, assignee_id: "me" };
    case "unassigned":
      return { ...newest, ...words, status: UNFINISHED, assignee_id: "none" };
    case "open":
      return { ...newest, ...words, status: UNFINISHED };
    case "solved":
      return { ...newest, ...words, status: "solved,closed" };
    case "all":
      return { ...newest, ...words };
  }
}
