import type { QueryClient } from "@tanstack/react-query";

import {
  ask,
  askOrThrow,
  bulkUpdate,
  type BulkUpdate,
  getOperation,
  listTickets,
  type Problem,
  undoOperation,
  type UpdateTicket,
} from "../api";
import { asQuery, requestOf, type View } from "../kernel/views";
import { setPatches, ticketIn } from "./entities";
import { refreshRows } from "./lists";
import { refreshCounts } from "./views";

/** As many tickets as one request names. */
const AT_MOST = 500;
const PAGE = 100;
const POLL_MS = 500;

/** Why tickets were refused, each reason with the numbers of some of them. */
export type Refusals = ReadonlyMap<string, readonly number[]>;

/** What became of a change of many tickets. */
export interface Outcome {
  readonly changed: number;
  readonly refused: number;
  readonly refusals: Refusals;
  /** The operations that can be undone. */
  readonly operations: readonly string[];
  /** Set if the server could not be asked, or not for all. */
  readonly problem: Problem | null;
}

/** A change of fields, and other fields that show it. */
export interface BulkChange {
  readonly sets: UpdateTicket;
  readonly shows?: Readonly<Record<string, unknown>>;
}

type Progress = (done: number, total: number) => void;

const NOTHING: Outcome = { changed: 0, refused: 0, refusals: new Map(), operations: [], problem: null };
let keys = 0;

/** Changes tickets by id: their rows immediately, the server in one request for 500. What it refuses changes back. */
export async function changeMany(cache: QueryClient, ids: readonly string[], wanted: BulkChange): Promise<Outcome> {
  keys -= 1;
  const key = keys;
  const patch = { key, sets: wanted.sets as Record<string, unknown>, shows: wanted.shows ?? {} };
  for (const id of ids) setPatches(cache, id, (patches) => [...patches, patch]);
  let outcome = NOTHING;
  for (let from = 0; from < ids.length && outcome.problem === null; from += AT_MOST) {
    outcome = joined(
      outcome,
      await update(cache, { ticket_ids: ids.slice(from, from + AT_MOST), updates: wanted.sets }),
    );
  }
  await refreshRows(cache, ids.slice(0, AT_MOST));
  for (const id of ids) setPatches(cache, id, (patches) => patches.filter((each) => each.key !== key));
  refreshCounts(cache);
  return outcome;
}

/** Changes all tickets of a list, loaded or not, if there are still `total` of them. */
export async function changeAll(
  cache: QueryClient,
  view: View,
  total: number,
  wanted: BulkChange,
  progress: Progress,
): Promise<Outcome> {
  const query = asQuery(view);
  if (query === null) return changeMany(cache, await everyId(view), wanted);
  const started = await ask(bulkUpdate({ body: { query, expected_count: total, updates: wanted.sets } }));
  if (!started.ok) return { ...NOTHING, problem: started.problem };
  const outcome = await followed(started.value.operation_id, progress);
  refreshCounts(cache);
  return outcome;
}

/** Takes operations back, the last first. Returns how many tickets kept what others changed since, or the problem. */
export async function undoMany(cache: QueryClient, operations: readonly string[]): Promise<Outcome> {
  let outcome = NOTHING;
  for (const id of operations.toReversed()) {
    const answer = await ask(undoOperation({ path: { operation_id: id } }));
    if (!answer.ok) return { ...outcome, problem: answer.problem };
    outcome = joined(outcome, await followed(answer.value.id, () => undefined));
    if (outcome.problem !== null) break;
  }
  refreshCounts(cache);
  return outcome;
}

async function update(cache: QueryClient, body: BulkUpdate): Promise<Outcome> {
  const answer = await ask(bulkUpdate({ body }));
  if (!answer.ok) return { ...NOTHING, problem: answer.problem };
  const { updated, failed, operation_id, results } = answer.value;
  const refused = results.filter(({ ok }) => !ok);
  const told = refused.map(({ id, message }) => [message ?? "", ticketIn(cache, id)?.number] as const);
  return { changed: updated, refused: failed, refusals: grouped(told), operations: [operation_id], problem: null };
}

/** Follows an operation to its end. */
async function followed(id: string, progress: Progress): Promise<Outcome> {
  for (;;) {
    const answer = await ask(getOperation({ path: { operation_id: id } }));
    if (!answer.ok) return { ...NOTHING, operations: [id], problem: answer.problem };
    const { state, done, total, refused, tickets } = answer.value;
    progress(done, total);
    if (state === "done") {
      const told = tickets.flatMap(({ message, number }) => (message === null ? [] : [[message, number] as const]));
      return { changed: done - refused, refused, refusals: grouped(told), operations: [id], problem: null };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The ids of a whole list. */
async function everyId(view: View): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const place: { cursor?: string } = cursor === "" ? {} : { cursor };
    const query = { ...requestOf(view), ...place, limit: PAGE, fields: "row" } as const;
    const page = await askOrThrow(listTickets({ query }));
    ids.push(...page.tickets.map(({ id }) => id));
    cursor = page.pagination.nextCursor;
  }
  return ids;
}

function joined(one: Outcome, other: Outcome): Outcome {
  const refusals = new Map(one.refusals);
  for (const [reason, numbers] of other.refusals) refusals.set(reason, [...(refusals.get(reason) ?? []), ...numbers]);
  return {
    changed: one.changed + other.changed,
    refused: one.refused + other.refused,
    refusals,
    operations: [...one.operations, ...other.operations],
    problem: other.problem,
  };
}

function grouped(told: readonly (readonly [string, number | undefined])[]): Refusals {
  const refusals = new Map<string, number[]>();
  for (const [reason, number] of told) {
    refusals.set(reason, [...(refusals.get(reason) ?? []), ...(number === undefined ? [] : [number])]);
  }
  return refusals;
}
