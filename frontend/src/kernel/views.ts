/** The views that every desk has. */
export const BUILT_IN = ["mine", "unassigned", "open", "solved", "all"] as const;

export type BuiltIn = (typeof BUILT_IN)[number];

/** What lists can be ordered by, with the order in which each is of use first. */
export const SORTS = {
  updated_at: "desc",
  created_at: "desc",
  waiting_since: "asc",
  next_due_at: "asc",
  priority: "desc",
  status: "asc",
  number: "desc",
} as const;

export type Sort = keyof typeof SORTS;
export type Order = "asc" | "desc";

/** The filter of a saved view, apart from its query. */
export interface ViewFilter {
  readonly status: readonly string[];
  readonly priority: readonly string[];
  readonly type: readonly string[];
  readonly channel: readonly string[];
  readonly tags: readonly string[];
  readonly assignee: string | null;
  readonly group_id: string | null;
  readonly category_id: string | null;
  readonly requester_id: string | null;
}

/** A view as far as its list is concerned. */
export interface View {
  readonly filter: Partial<ViewFilter>;
  readonly query: string;
  readonly sort: Sort;
  readonly order: Order;
  /** What its rows show as a table; without any the columns that every list has. */
  readonly columns?: readonly string[];
}

const UNFINISHED = ["new", "open", "pending", "hold"];
const latest = { query: "", sort: "updated_at", order: "desc" } as const;

export const VIEWS: Readonly<Record<BuiltIn, View>> = {
  mine: { ...latest, filter: { status: UNFINISHED, assignee: "me" } },
  unassigned: { ...latest, filter: { status: UNFINISHED, assignee: "none" } },
  open: { ...latest, filter: { status: UNFINISHED } },
  solved: { ...latest, filter: { status: ["solved"] } },
  all: { ...latest, filter: {} },
};

export function isBuiltIn(name: string): name is BuiltIn {
  return BUILT_IN.some((each) => each === name);
}

/** The parts of a list that are in the address. */
export interface Narrowing {
  readonly q?: string;
  readonly sort?: string;
  readonly order?: string;
}

/** A view narrowed by words and sorted as the address says; what it cannot mean is left out. */
export function narrowed(view: View, { q = "", sort, order }: Narrowing): View {
  const words = [view.query, q.trim()].filter((part) => part !== "").join(" ");
  const by = isSort(sort) ? sort : view.sort;
  const usual = isSort(sort) ? SORTS[sort] : view.order;
  return { ...view, query: words, sort: by, order: order === "asc" || order === "desc" ? order : usual };
}

/** The query of `GET /tickets` for a list. */
export function requestOf(view: View): Record<string, string> & { sort: Sort; order: Order } {
  const { filter } = view;
  const values: Record<string, string | null | undefined> = {
    status: filter.status?.join(","),
    priority: filter.priority?.join(","),
    type: filter.type?.join(","),
    channel: filter.channel?.join(","),
    tag: filter.tags?.map((tag) => (tag.includes(",") ? `"${tag}"` : tag)).join(","),
    assignee_id: filter.assignee,
    group_id: filter.group_id,
    category_id: filter.category_id,
    requester_id: filter.requester_id,
    search: view.query,
  };
  const set = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { ...Object.fromEntries(set), sort: view.sort, order: view.order };
}

/** A list in the search language; `null` if its filter names things by their ids, which the language does not know. */
export function asQuery({ filter, query }: View): string | null {
  if ([filter.group_id, filter.category_id, filter.requester_id].some((id) => id != null)) return null;
  const { assignee } = filter;
  if (assignee != null && assignee !== "me" && assignee !== "none") return null;
  const parts = [
    listed("status", filter.status),
    listed("priority", filter.priority),
    listed("type", filter.type),
    listed("channel", filter.channel),
    listed(
      "tag",
      filter.tags?.map((tag) => `"${tag}"`),
    ),
    assignee == null ? "" : `assignee:${assignee}`,
    query,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function listed(name: string, values: readonly string[] | undefined): string {
  return values === undefined || values.length === 0 ? "" : `${name}:${values.join(",")}`;
}

function isSort(text: string | undefined): text is Sort {
  return text !== undefined && Object.hasOwn(SORTS, text);
}

/** Views in the order of ids; those that it does not have follow in the order that they have. */
export function inOrder<Each extends { readonly id: string }>(views: readonly Each[], ids: readonly string[]): Each[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  return [...views].sort((one, other) => (places.get(one.id) ?? ids.length) - (places.get(other.id) ?? ids.length));
}

/** Views with one of them a place further up or down. */
export function moved<Each>(views: readonly Each[], view: Each, step: 1 | -1): Each[] {
  const from = views.indexOf(view);
  const others = views.filter((each) => each !== view);
  return [...others.slice(0, from + step), view, ...others.slice(from + step)];
}
