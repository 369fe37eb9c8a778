import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { applyMacro, ask, askOrThrow, listMacros, type MacroView, type Problem } from "../api";
import { undoMany } from "./bulk";
import { refreshRows } from "./lists";
import { fetchLatest } from "./opening";
import { refreshCounts } from "./views";

const MOST = 100;

/** The macros that are on, so that they are found without asking. */
export const macros = queryOptions({
  queryKey: ["records", "macros", "active"],
  staleTime: 300_000,
  queryFn: ({ signal }) => askOrThrow(listMacros({ query: { active: true, limit: MOST }, signal })),
});

/** What became of a macro: the operation that can be undone, or why nothing happened. */
export type Applied = { readonly operation: string } | { readonly problem: string; readonly answered: Problem | null };

/** Takes a macro back and shows what it was before. Returns why not, or null. */
export async function undoOne(cache: QueryClient, operation: string, ticketId: string): Promise<Problem | null> {
  const { problem } = await undoMany(cache, [operation]);
  if (problem === null) await Promise.all([refreshRows(cache, [ticketId]), fetchLatest(cache, ticketId)]);
  return problem;
}

/** Applies a macro to a ticket and shows what it changed. */
export async function applyOne(cache: QueryClient, macro: MacroView, ticketId: string): Promise<Applied> {
  const answer = await ask(applyMacro({ path: { macro_id: macro.id }, body: { ticket_ids: [ticketId] } }));
  if (!answer.ok) return { problem: answer.problem.message, answered: answer.problem };
  const [outcome] = answer.value.results;
  if (outcome?.ok === false) return { problem: outcome.message ?? "", answered: null };
  await Promise.all([refreshRows(cache, [ticketId]), fetchLatest(cache, ticketId)]);
  refreshCounts(cache);
  return { operation: answer.value.operation_id };
}
