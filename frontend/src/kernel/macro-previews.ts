/** What a macro will do to one ticket, as v1 shows it. */
interface Preview {
  readonly ticket_id: string;
  readonly changes: Readonly<Record<string, { readonly was?: unknown; readonly now?: unknown }>>;
  readonly effects: readonly object[];
  readonly problems: readonly { readonly message: string }[];
}

/** A value that a field will get, and on how many tickets. Tags are `tags.added` and `tags.removed`, one by one. */
export interface SummedChange {
  readonly field: string;
  readonly now: unknown;
  readonly count: number;
}

/** Why a macro will leave some tickets as they are. */
export interface SummedProblem {
  readonly message: string;
  readonly ids: readonly string[];
}

/** Whether a macro does more than set fields or add a note: words that reach others, which no undo takes back. */
export function goesOut(macro: { do: readonly object[]; comment: { public: boolean } | null }): boolean {
  return macro.comment?.public === true || macro.do.some((action) => OUTSIDE.some((name) => name in action));
}

const OUTSIDE = ["mail", "notify", "webhook"];

/** The changes of several tickets, equal ones once, in the order in which they come first. */
export function summedChanges(previews: readonly Preview[]): SummedChange[] {
  const found = new Map<string, SummedChange>();
  for (const { changes } of previews.filter(isDone)) {
    for (const [field, now] of Object.entries(changes).flatMap(single)) {
      const key = JSON.stringify([field, now]);
      found.set(key, { field, now, count: (found.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...found.values()];
}

/** How many tickets have each kind of effect besides changes and words: `mail`, `webhook` and so on. */
export function summedEffects(previews: readonly Preview[]): [string, number][] {
  const found = new Map<string, number>();
  for (const { effects } of previews.filter(isDone)) {
    for (const kind of new Set(effects.flatMap(Object.keys))) found.set(kind, (found.get(kind) ?? 0) + 1);
  }
  return [...found];
}

/** The reasons for which tickets will be left as they are, each with its tickets. */
export function summedProblems(previews: readonly Preview[]): SummedProblem[] {
  const found = new Map<string, string[]>();
  for (const { ticket_id, problems } of previews) {
    for (const { message } of problems) found.set(message, [...(found.get(message) ?? []), ticket_id]);
  }
  return [...found].map(([message, ids]) => ({ message, ids }));
}

/** Whether the macro will be carried out on a ticket. */
export function isDone({ problems }: Pick<Preview, "problems">): boolean {
  return problems.length === 0;
}

function single([field, { was, now }]: [string, { was?: unknown; now?: unknown }]): [string, unknown][] {
  if (field !== "tags" || !Array.isArray(was) || !Array.isArray(now)) return [[field, now]];
  const [before, after] = [was as unknown[], now as unknown[]];
  return [
    ...after.filter((tag) => !before.includes(tag)).map((tag): [string, unknown] => ["tags.added", tag]),
    ...before.filter((tag) => !after.includes(tag)).map((tag): [string, unknown] => ["tags.removed", tag]),
  ];
}
