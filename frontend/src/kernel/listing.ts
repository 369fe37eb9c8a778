/** One page of a list, as far as its order is concerned. */
export interface PageOfRows<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly total: number;
}

/** The rows of a list by place, as far as they are loaded. */
export interface Laid<Row> {
  /** The rows by place; a place that is not loaded holds nothing. */
  readonly rows: readonly (Row | undefined)[];
  readonly total: number;
  /** The place of each loaded row. */
  readonly places: ReadonlyMap<string, number>;
}

/**
 * Lays pages out in order, each row once. A row that changed its place between the loading of two neighbouring pages
 * would be there twice: the first counts, and what follows moves up.
 */
export function lay<Row extends { readonly id: string }>(
  pages: ReadonlyMap<number, PageOfRows<Row>>,
  size: number,
): Laid<Row> {
  const numbers = [...pages.keys()].sort((a, b) => a - b);
  const rows: (Row | undefined)[] = [];
  const places = new Map<string, number>();
  let place = 0;
  let previous = -1;
  for (const number of numbers) {
    if (number !== previous + 1) place = number * size;
    previous = number;
    for (const row of pages.get(number)?.rows ?? []) {
      if (places.has(row.id)) continue;
      places.set(row.id, place);
      rows[place] = row;
      place += 1;
    }
  }
  const last = pages.get(previous);
  const total = last?.next === null ? place : Math.max(place, last?.total ?? 0);
  return { rows: Array.from({ length: rows.length }, (_, at) => rows[at]), total, places };
}

/** The numbers of the pages that hold the places from `first` to `last`, with `ahead` more after them. */
export function pagesFor(first: number, last: number, ahead: number, size: number, total: number): number[] {
  const end = Math.max(0, Math.min(total - 1, last + ahead));
  const from = Math.floor(Math.max(0, Math.min(first, end)) / size);
  return Array.from({ length: Math.floor(end / size) - from + 1 }, (_, at) => from + at);
}

/** Changes of a list that wait until nobody's hand is on it. */
export interface Waiting {
  /** Tickets that belong to the list and are not shown. */
  readonly arrived: ReadonlySet<string>;
  /** Tickets that are shown and no longer belong to it. */
  readonly gone: ReadonlySet<string>;
  /** Whether the order may be another one. */
  readonly moved: boolean;
}

export const NOTHING_WAITS: Waiting = { arrived: new Set(), gone: new Set(), moved: false };

/** What waits, after it was asked which of the tickets `asked` belong to the list. */
export function judge(
  waiting: Waiting,
  places: ReadonlyMap<string, number>,
  asked: readonly string[],
  belonging: ReadonlySet<string>,
): Waiting {
  const arrived = new Set(waiting.arrived);
  const gone = new Set(waiting.gone);
  let moved = waiting.moved;
  for (const id of asked) {
    const belongs = belonging.has(id);
    if (places.has(id)) {
      if (belongs) gone.delete(id);
      else gone.add(id);
      moved ||= belongs;
    } else if (belongs) arrived.add(id);
    else arrived.delete(id);
  }
  return { arrived, gone, moved };
}

/** The place after a step; where a row is gone from its place, its neighbour has that place now. */
export function stepFrom(place: number, present: boolean, step: 1 | -1, total: number): number | null {
  const next = place === -1 ? 0 : present || step === -1 ? place + step : place;
  return next >= 0 && next < total ? next : null;
}
