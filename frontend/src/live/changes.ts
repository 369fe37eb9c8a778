import type { QueryClient } from "@tanstack/react-query";

import { ask, getTicket, getTimeline, ifMatch, type Problem, type UpdateTicket, updateTicket } from "../api";
import { bodyOf, clashes, type Patch, type Values, valuesOf } from "../kernel/patches";
import { drawnTicket, putTickets, setPatches, ticketIn, useKept } from "./entities";

/** Why a field does not have the value that was chosen. */
export type Trouble =
  | { readonly kind: "refused"; readonly message: string; readonly unreachable: boolean; readonly wanted: Change }
  /** It must have a value before another change, which was refused. */
  | { readonly kind: "needed"; readonly message: string; readonly wanted: Change }
  | {
      readonly kind: "conflict";
      readonly wanted: Change;
      /** Who set it meanwhile, and when. */
      readonly by: string | null;
      readonly at: string | null;
    };

/** Values to set, and the other fields that show them. */
export interface Change {
  readonly sets: Values;
  readonly shows?: Values;
}

const ATTEMPTS = 3;
const NONE: Readonly<Record<string, Trouble>> = {};
const chains = new Map<string, Promise<void>>();
let keys = 0;

/**
 * Sets fields of a ticket. They show immediately; the ticket's writes go to the server one after another. Resolves to whether
 * the server took them: if not, `useTroubles` says why, at each field.
 */
export function change(cache: QueryClient, id: string, wanted: Change): Promise<boolean> {
  const names = Object.keys(wanted.sets);
  const read = valuesOf(drawnTicket(cache, id) ?? {}, names);
  keys += 1;
  const patch: Patch = { key: keys, ...wanted };
  setPatches(cache, id, (patches) => [...patches, patch]);
  forgetTroubles(cache, id, names);
  return inTurn(id, async () => {
    const taken = await write(cache, id, wanted, read).catch(() => false);
    setPatches(cache, id, (patches) => patches.filter(({ key }) => key !== patch.key));
    return taken;
  });
}

/** Calls `act` once the ticket's writes so far are done; later ones wait for it. */
export function inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
  const done = (chains.get(id) ?? Promise.resolve()).then(act);
  chains.set(
    id,
    done.then(
      () => undefined,
      () => undefined,
    ),
  );
  return done;
}

/** What went wrong with the fields of a ticket, by their names. */
export function useTroubles(id: string): Readonly<Record<string, Trouble>> {
  return useKept<Readonly<Record<string, Trouble>>>(["troubles", id]) ?? NONE;
}

/** Takes the words at some fields away. */
export function forgetTroubles(cache: QueryClient, id: string, names: readonly string[]): void {
  cache.setQueryData<Readonly<Record<string, Trouble>>>(["troubles", id], (troubles) =>
    Object.fromEntries(Object.entries(troubles ?? NONE).filter(([name]) => !names.includes(name))),
  );
}

async function write(cache: QueryClient, id: string, wanted: Change, read: Values): Promise<boolean> {
  const body = bodyOf(wanted.sets) as UpdateTicket;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const ticket = ticketIn(cache, id);
    const version = ticket?.version;
    const clashing = ticket === undefined ? [] : clashes(read, wanted.sets, ticket);
    if (clashing.length > 0) {
      await conflict(cache, id, wanted, clashing);
      return false;
    }
    const headers = version === undefined ? {} : ifMatch(version);
    const answer = await ask(updateTicket({ path: { ticket_id: id }, body, headers }));
    if (answer.ok) {
      putTickets(cache, [answer.value]);
      return true;
    }
    if (answer.problem.status !== 412) {
      refused(cache, id, wanted, answer.problem);
      return false;
    }
    if (!(await fetchAgain(cache, id))) break;
  }
  await conflict(cache, id, wanted, Object.keys(wanted.sets));
  return false;
}

async function fetchAgain(cache: QueryClient, id: string): Promise<boolean> {
  const answer = await ask(getTicket({ path: { ticket_id: id } }));
  if (answer.ok) putTickets(cache, [answer.value]);
  return answer.ok;
}

function refused(cache: QueryClient, id: string, wanted: Change, problem: Problem): void {
  const unreachable = problem.kind === "unreachable";
  const asked = tellNeeded(cache, id, problem, wanted);
  say(cache, id, Object.keys(wanted.sets), (name) => ({
    kind: "refused",
    message: problem.fields[name] ?? (asked || problem.message),
    unreachable,
    wanted,
  }));
}

const NEEDED = "custom_fields.";

/** Says at fields that must have a value before a change that they are needed. Returns this as a text; empty if none is. */
export function tellNeeded(cache: QueryClient, id: string, problem: Problem, wanted: Change): string {
  const needed = Object.entries(problem.fields).filter(([name]) => name.startsWith(NEEDED));
  const sentences = new Map(needed.map(([name, sentence]) => [`fields.${name.slice(NEEDED.length)}`, sentence]));
  say(cache, id, [...sentences.keys()], (name) => ({ kind: "needed", message: sentences.get(name) ?? "", wanted }));
  return [...sentences.values()].join(" ");
}

/** Says at the fields who set them meanwhile: the history knows. */
async function conflict(cache: QueryClient, id: string, wanted: Change, names: readonly string[]): Promise<void> {
  const latest = await ask(getTimeline({ path: { ticket_id: id }, query: { limit: 20 } }));
  const steps = latest.ok ? latest.value.entries.flatMap(({ step }) => step ?? []) : [];
  say(cache, id, names, (name) => {
    const step = steps.find(({ changes }) => name in changes || (name.startsWith("fields.") && "fields" in changes));
    return { kind: "conflict", wanted, by: step?.user.name ?? null, at: step?.created_at ?? null };
  });
}

function say(cache: QueryClient, id: string, names: readonly string[], words: (name: string) => Trouble): void {
  const told = Object.fromEntries(names.map((name) => [name, words(name)]));
  cache.setQueryData<Readonly<Record<string, Trouble>>>(["troubles", id], (troubles) => ({ ...troubles, ...told }));
}
