import type { Sort } from "./views";

/** The columns that a new view has unless others are chosen. */
export const USUAL_COLUMNS: readonly string[] = [
  "number",
  "subject",
  "requester",
  "assignee",
  "status",
  "priority",
  "updated_at",
];

/** The beginning of columns of the organization's own fields. */
const FIELD_COLUMN = "field.";

/** The least width of each column in rem, and its share of the room that is left. */
const WIDTHS: Readonly<Record<string, readonly [number, number]>> = {
  number: [4, 0],
  subject: [14, 4],
  requester: [8, 1],
  status: [7, 0],
  priority: [6, 0],
  type: [6, 0],
  channel: [5, 0],
  assignee: [8, 1],
  group: [7, 1],
  category: [7, 1],
  tags: [8, 1],
  sla: [9, 0],
  created_at: [6, 0],
  updated_at: [6, 0],
  first_response_at: [6, 0],
  solved_at: [6, 0],
};
const OWN_FIELD = [8, 1] as const;
/** The place of the mark for what is unread, and the gap between columns. */
const EDGE_REM = 1.75;
const GAP_REM = 0.75;

/** How a list can be sorted by a column; `undefined` where it cannot. */
export const SORT_OF: Readonly<Record<string, Sort>> = {
  number: "number",
  status: "status",
  priority: "priority",
  created_at: "created_at",
  updated_at: "updated_at",
  sla: "next_due_at",
};

/** The key of an organization's own field; `null` for any other column. */
export function fieldOf(column: string): string | null {
  return column.startsWith(FIELD_COLUMN) ? column.slice(FIELD_COLUMN.length) : null;
}

/** The columns that can be shown: without unknown ones and fields that were deleted since. */
export function shownColumns(columns: readonly string[], fields: ReadonlySet<string>): string[] {
  return columns.filter((column) => {
    const field = fieldOf(column);
    return field === null ? column in WIDTHS : fields.has(field);
  });
}

/** The tracks of a table's grid, the edge first, and the least width of the whole in rem. */
export function tracksOf(columns: readonly string[]): { template: string; width: number } {
  const widths = columns.map((column) => WIDTHS[column] ?? OWN_FIELD);
  const tracks = widths.map(([least, share]) => (share === 0 ? `${least}rem` : `minmax(${least}rem, ${share}fr)`));
  const width = widths.reduce((sum, [least]) => sum + least + GAP_REM, EDGE_REM + GAP_REM);
  return { template: [`${EDGE_REM}rem`, ...tracks].join(" "), width };
}
