import { matchRank } from "./matching";

/** The items whose words match what is searched, in the given order. */
export function found<Item>(
  items: readonly Item[],
  sought: string,
  wordsOf: (item: Item) => string,
  order: (one: Item, other: Item) => number,
): Item[] {
  return items.filter((item) => sought === "" || matchRank(wordsOf(item), sought) > 0).sort(order);
}

/** Orders by a text, as people of this language expect. */
export function byText<Item>(textOf: (item: Item) => string): (one: Item, other: Item) => number {
  return (one, other) => textOf(one).localeCompare(textOf(other), undefined, { numeric: true, sensitivity: "base" });
}

/** Orders by a number or a moment, the largest or newest first. */
export function byLargest<Item>(valueOf: (item: Item) => number | string): (one: Item, other: Item) => number {
  return (one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    return a < b ? 1 : a > b ? -1 : 0;
  };
}
