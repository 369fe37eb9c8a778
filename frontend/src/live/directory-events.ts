import type { QueryClient } from "@tanstack/react-query";

import type { DirectoryMessage } from "../api";

type Noun = DirectoryMessage["event"] extends `${infer N}.${string}` ? N : never;

/** What is kept of each small list. Forms of the administration keep theirs: they must not change under the hand. */
const KEPT: Readonly<Partial<Record<Noun, readonly string[]>>> = {
  view: ["views", "counts"],
  tag: ["tags"],
  group: ["groups"],
  category: ["categories"],
  field: ["fields", "form"],
  canned_response: ["canned"],
  people: ["people", "person"],
};
const GATHER_MS = 1_000;
const stale = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Fetches a small list again after its event: those that are shown immediately, once a second at most. */
export function heardOfDirectory(cache: QueryClient, event: string): void {
  const kept = (KEPT as Readonly<Record<string, readonly string[] | undefined>>)[event.split(".")[0] ?? ""];
  if (kept === undefined) return;
  kept.forEach((key) => stale.add(key));
  timer ??= setTimeout(() => {
    timer = undefined;
    const keys = [...stale];
    stale.clear();
    keys.forEach((key) => void cache.invalidateQueries({ queryKey: [key] }));
  }, GATHER_MS);
}
