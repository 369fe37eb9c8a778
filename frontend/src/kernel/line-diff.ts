/** A line of two texts: in both, only in the older, or only in the newer. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

const MOST_CELLS = 4_000_000;

/** The lines of two texts, in order, with what was removed and added. Very long texts are compared as a whole. */
export function lineDiff(older: string, newer: string): readonly DiffLine[] {
  const was = older.split("\n");
  const is = newer.split("\n");
  if (was.length * is.length > MOST_CELLS) return [...was.map(as("removed")), ...is.map(as("added"))];
  return walked(was, is, commonLengths(was, is));
}

/** Goes through both texts: equal lines stay; otherwise the line goes after which more is in common. */
function walked(was: readonly string[], is: readonly string[], common: readonly Uint32Array[]): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  const inCommon = (i: number, j: number): number => common[i]?.[j] ?? -1;
  let [i, j] = [0, 0];
  while (i < was.length || j < is.length) {
    const [older, newer] = [was[i], is[j]];
    if (older !== undefined && older === newer) {
      lines.push({ kind: "same", text: older });
      i += 1;
      j += 1;
    } else if (older !== undefined && inCommon(i + 1, j) >= inCommon(i, j + 1)) {
      lines.push({ kind: "removed", text: older });
      i += 1;
    } else {
      lines.push({ kind: "added", text: newer ?? "" });
      j += 1;
    }
  }
  return lines;
}

function as(kind: DiffLine["kind"]): (text: string) => DiffLine {
  return (text) => ({ kind, text });
}

/** For each pair of places, how many lines the rests from there have in common. */
function commonLengths(was: readonly string[], is: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: was.length + 1 }, () => new Uint32Array(is.length + 1));
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = is.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      const below = table[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] = was[i] === is[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
