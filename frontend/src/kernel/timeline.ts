/** An entry of a ticket's timeline, as far as its place in it is concerned. */
export interface Entry {
  readonly event_id: number | null;
  readonly created_at: string;
  readonly comment: { readonly id: string; readonly author_id: string; readonly edited_at: string | null } | null;
  readonly step: { readonly id: string; readonly action: string; readonly user_id: string | null } | null;
}

/** What is known of a timeline: its latest part, oldest first, and what is not sent yet. */
export interface Timeline<E extends Entry> {
  readonly entries: readonly E[];
  readonly held: readonly E[];
  /** The cursor of the part before; `null` at the beginning. */
  readonly next: string | null;
  /** The last event that the reader has read; `null` if they never looked. */
  readonly read: number | null;
}

/** A part as v1 answers: newest first, what is held before everything. */
interface Part<E> {
  readonly entries: readonly E[];
  readonly next_cursor: string | null;
  readonly read_event_id: number | null;
}

/** Identifies an entry. */
export function keyOf(entry: Entry): string {
  return entry.comment?.id ?? `step ${entry.step?.id ?? ""}`;
}

/**
 * The latest part of a timeline as fetched, joined to what is known. `asOf` is the last event that had arrived when the
 * fetch began: entries of later events stay although the part lacks them, all others that it lacks are gone. `removed`
 * are comments whose deletion has arrived.
 */
export function withLatest<E extends Entry>(
  known: Timeline<E> | undefined,
  part: Part<E>,
  asOf: number,
  removed: ReadonlySet<string>,
): Timeline<E> {
  const held = part.entries.filter((entry) => entry.event_id === null);
  const fetched = part.entries.filter((entry) => entry.event_id !== null && !removed.has(keyOf(entry)));
  const first = fetched.at(-1);
  const latest = Math.max(asOf, ...fetched.map((entry) => entry.event_id ?? 0));
  const keys = new Set(fetched.map(keyOf));
  const all = known?.entries ?? [];
  const later = all.filter((entry) => (entry.event_id ?? 0) > latest);
  // Without an entry in common, something between the two would be missing.
  const joins = part.next_cursor !== null && all.some((entry) => keys.has(keyOf(entry)));
  const earlier = joins && first !== undefined ? all.filter((entry) => inOrder(entry, first) < 0) : [];
  const entries = united(all, [...earlier, ...fetched, ...later]);
  return {
    entries,
    held: held.toReversed().filter((entry) => !entries.some((sent) => keyOf(sent) === keyOf(entry))),
    next: joins && known !== undefined ? known.next : part.next_cursor,
    read: part.read_event_id,
  };
}

/** The timeline with the part before it. */
export function withEarlier<E extends Entry>(
  known: Timeline<E>,
  part: Part<E>,
  removed: ReadonlySet<string>,
): Timeline<E> {
  const fetched = part.entries.filter((entry) => entry.event_id !== null && !removed.has(keyOf(entry)));
  return { ...known, entries: united(known.entries, [...fetched, ...known.entries]), next: part.next_cursor };
}

/** The timeline with a new or edited entry. One before its first known entry belongs to a part that is fetched later. */
export function withEntry<E extends Entry>(known: Timeline<E>, entry: E): Timeline<E> {
  const key = keyOf(entry);
  const held = known.held.filter((each) => keyOf(each) !== key);
  if (entry.event_id === null) return { ...known, held: [...held, entry] };
  const first = known.entries[0];
  if (known.next !== null && first !== undefined && inOrder(entry, first) < 0) return { ...known, held };
  return { ...known, held, entries: united(known.entries, [...known.entries, entry]) };
}

/** The timeline without a comment that was deleted, or held and undone. */
export function withoutComment<E extends Entry>(known: Timeline<E>, id: string): Timeline<E> {
  const others = (entry: E) => entry.comment?.id !== id;
  return { ...known, entries: known.entries.filter(others), held: known.held.filter(others) };
}

/** A piece of a conversation as it is shown. */
export type Piece<E> =
  | { readonly kind: "day"; readonly moment: string }
  | { readonly kind: "new" }
  | { readonly kind: "message"; readonly entry: E }
  | { readonly kind: "steps"; readonly entries: readonly E[] };

/**
 * A conversation as it is shown: a line before each day, neighbouring steps together, and one line before the first words
 * of others after `read`. The step that a ticket was filed is left out, since its words are there.
 */
export function piecesOf<E extends Entry>(
  { entries, held, read }: Timeline<E>,
  reader: string,
  dayOf: (moment: string) => string,
  begun: string | null,
): Piece<E>[] {
  const pieces: Piece<E>[] = [];
  let day = begun === null ? "" : dayOf(begun);
  let told = read === null;
  for (const entry of [...entries, ...held]) {
    if (entry.step?.action === "created") continue;
    const today = dayOf(entry.created_at);
    if (today !== day) pieces.push({ kind: "day", moment: entry.created_at });
    day = today;
    if (!told && isNews(entry, read ?? 0, reader)) {
      pieces.push({ kind: "new" });
      told = true;
    }
    const before = pieces.at(-1);
    if (entry.comment !== null) pieces.push({ kind: "message", entry });
    else if (before?.kind === "steps") pieces.splice(-1, 1, { kind: "steps", entries: [...before.entries, entry] });
    else pieces.push({ kind: "steps", entries: [entry] });
  }
  return pieces;
}

/** Whether an entry holds words of another person after an event. */
export function isNews(entry: Entry, read: number, reader: string): boolean {
  return entry.comment !== null && entry.comment.author_id !== reader && (entry.event_id ?? 0) > read;
}

/** Each entry once, in order; of two versions of a comment the one that was edited later. */
function united<E extends Entry>(known: readonly E[], entries: readonly E[]): E[] {
  const found = new Map(known.map((entry) => [keyOf(entry), entry]));
  const chosen = new Map<string, E>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const other = chosen.get(key) ?? found.get(key);
    chosen.set(key, other !== undefined && editedAt(other) > editedAt(entry) ? other : entry);
  }
  return [...chosen.values()].sort(inOrder);
}

function editedAt(entry: Entry): string {
  return entry.comment?.edited_at ?? "";
}

function inOrder(one: Entry, other: Entry): number {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? -1 : 1;
  return (one.event_id ?? Infinity) - (other.event_id ?? Infinity);
}
