import { plural, t } from "@lingui/core/macro";
import type { QueryClient } from "@tanstack/react-query";

import { applyMacro, ask, newKey, once, previewMacro, type PreviewView, type Problem } from "../../../api";
import { undoMany } from "../../../live/bulk";
import { refreshRows } from "../../../live/lists";
import { fetchLatest } from "../../../live/opening";
import { refreshCounts } from "../../../live/views";
import { tell } from "../../../ui/last-act";
import type { Wanted } from "./wanted";

/** As many tickets as one request looks at. */
const LOOKED_AT = 100;

/** What a macro will do to each ticket. */
export async function previewsOf({ macro, ids }: Wanted): Promise<PreviewView[] | Problem> {
  const found: PreviewView[] = [];
  for (let from = 0; from < ids.length; from += LOOKED_AT) {
    const body = { ticket_ids: ids.slice(from, from + LOOKED_AT) };
    const answer = await ask(previewMacro({ path: { macro_id: macro.id }, body }));
    if (!answer.ok) return answer.problem;
    found.push(...answer.value);
  }
  return found;
}

/** Applies a macro, shows what it changed, and says what became of it, with the way back. */
export async function apply(
  cache: QueryClient,
  { macro, ids, done }: Wanted,
  answered = (): void => undefined,
): Promise<void> {
  const { title } = macro;
  const body = { ticket_ids: [...ids] };
  const answer = await ask(applyMacro({ path: { macro_id: macro.id }, body, headers: once(newKey()) }));
  answered();
  const results = answer.ok ? answer.value.results : [];
  const why = answer.ok ? (results.find(({ ok }) => !ok)?.message ?? "") : answer.problem.message || unreachable();
  if (!answer.ok || answer.value.updated === 0) {
    tell(t`Macro “${title}” not applied: ${why}`);
    return;
  }
  done?.();
  const { operation_id, updated, failed } = answer.value;
  tell(told(title, ids.length, updated, failed, why), () => back(cache, operation_id, ids));
  await shown(cache, ids);
}

function told(title: string, wanted: number, updated: number, failed: number, why: string): string {
  if (wanted === 1) return t`Macro: ${title}`;
  const tickets = plural(updated, { one: "# ticket", other: "# tickets" });
  const all = t`Macro: ${title}, ${tickets}.`;
  return failed === 0 ? all : `${all} ${plural(failed, { one: "# was refused.", other: "# were refused." })} ${why}`;
}

async function back(cache: QueryClient, operation: string, ids: readonly string[]): Promise<void> {
  const { problem } = await undoMany(cache, [operation]);
  if (problem === null) {
    await shown(cache, ids);
    return;
  }
  const why = problem.message || unreachable();
  tell(t`Not undone: ${why}`, () => back(cache, operation, ids));
}

async function shown(cache: QueryClient, ids: readonly string[]): Promise<void> {
  await Promise.all([refreshRows(cache, ids), ...ids.map((id) => fetchLatest(cache, id))]);
  refreshCounts(cache);
}

/** What is said where no answer came. */
export function unreachable(): string {
  return t`The server cannot be reached.`;
}
