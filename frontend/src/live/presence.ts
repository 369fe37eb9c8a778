import type { QueryClient } from "@tanstack/react-query";

import type { PresenceMessage } from "../api";
import { useKept } from "./entities";
import { say } from "./socket-out";

/** A colleague who is on a ticket now. */
export type Present = PresenceMessage["data"]["users"][number];

/** The server discards what is not repeated within 30 s. */
const REPEAT_MS = 20_000;
/** A member who has not typed for this long is only looking. */
const TYPED_MS = 6_000;
/** A member who only passes by is not announced. */
const REST_MS = 300;
const NOBODY: readonly Present[] = [];
/** Rows that scroll past are not asked about. */
const ROWS_MS = 300;

let here: string | null = null;
let typedAt = 0;
let told = "";
let repeat: ReturnType<typeof setInterval> | undefined;
let rest: ReturnType<typeof setTimeout> | undefined;
let rows: readonly string[] = [];
let rowsSoon: ReturnType<typeof setTimeout> | undefined;

/** Shows colleagues that this ticket is looked at, until it is left. Returns how to leave. */
export function look(id: string): () => void {
  const arrive = () => {
    here = id;
    typedAt = 0;
    repeatPresence();
    clearInterval(repeat);
    repeat = setInterval(repeatPresence, REPEAT_MS);
  };
  clearTimeout(rest);
  rest = setTimeout(arrive, REST_MS);
  return () => {
    clearTimeout(rest);
    if (here !== id) return;
    say({ left: id });
    here = null;
    clearInterval(repeat);
  };
}

/** Shows colleagues that one writes on the ticket that is open. To be called for every letter. */
export function typing(): void {
  const before = typedAt;
  typedAt = Date.now();
  if (typedAt - before > TYPED_MS) {
    tell();
    settle();
  }
}

/** Follows who is on the tickets whose rows can be seen, until other rows can. */
export function watchRows(cache: QueryClient, seen: readonly string[]): void {
  clearTimeout(rowsSoon);
  rowsSoon = setTimeout(() => {
    if (seen.join() === rows.join()) return;
    const kept = new Set(seen);
    // Of rows out of sight the server says nothing more.
    for (const id of rows) if (!kept.has(id) && id !== here) cache.setQueryData(["presence", id], NOBODY);
    rows = seen;
    say({ watch: [...rows] });
  }, ROWS_MS);
}

/** Says again what one does and watches, to a new connection. */
export function repeatAll(): void {
  if (rows.length > 0) say({ watch: [...rows] });
  repeatPresence();
}

/** Says again what one does, before the server discards it. */
function repeatPresence(): void {
  told = "";
  tell();
}

/** Who else is on a ticket. */
export function usePresence(id: string): readonly Present[] {
  return useKept<readonly Present[]>(["presence", id]) ?? NOBODY;
}

/** Keeps who is on a ticket. The server says it whenever that changes. */
export function heard(cache: QueryClient, { ticket_id: id, users }: PresenceMessage["data"]): void {
  cache.setQueryData<readonly Present[]>(["presence", id], users);
}

/** Clears who is where, since the server cannot say so any more. */
export function forgetPresence(cache: QueryClient): void {
  cache.setQueriesData({ queryKey: ["presence"] }, NOBODY);
}

function tell(): void {
  if (here === null || document.visibilityState === "hidden") return;
  const activity = Date.now() - typedAt < TYPED_MS ? "typing" : "viewing";
  if (told === `${activity} ${here}`) return;
  told = `${activity} ${here}`;
  say(activity === "typing" ? { typing: here } : { viewing: here });
}

function settle(): void {
  setTimeout(() => {
    if (Date.now() - typedAt < TYPED_MS) settle();
    else tell();
  }, TYPED_MS);
}
