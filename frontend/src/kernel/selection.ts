/** What is selected in a list: some tickets, or all that it holds, loaded or not. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly all: boolean;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), all: false };

/** Selects a ticket, or takes it out. Taken out of all, those that are loaded remain without it. */
export function toggled(selection: Selection, id: string, loaded: Iterable<string>): Selection {
  const ids = new Set(selection.all ? loaded : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, all: false };
}

/** Adds tickets. */
export function added(selection: Selection, ids: readonly string[]): Selection {
  return selection.all ? selection : { ids: new Set([...selection.ids, ...ids]), all: false };
}

/** First all that are loaded, then, asked again, all of the list. */
export function more(selection: Selection, loaded: readonly string[], total: number): Selection {
  const every = loaded.every((id) => selection.ids.has(id));
  return { ids: new Set(loaded), all: loaded.length >= total || every };
}

export function isSelected(selection: Selection, id: string): boolean {
  return selection.all || selection.ids.has(id);
}

/** How many tickets are selected, of a list of `total`. */
export function selectedCount(selection: Selection, total: number): number {
  return selection.all ? total : selection.ids.size;
}
