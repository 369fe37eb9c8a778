import { useEffect, useSyncExternalStore } from "react";

import { serverNow } from "../api";

const SLOW_MS = 15_000;
const FAST_MS = 1_000;

let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
let hurried = 0;
const listeners = new Set<() => void>();

/** The present moment in milliseconds by the server, from one clock for the whole page: every 15 s, or every second while `fast`. */
export function useNow(fast = false): number {
  useEffect(() => {
    if (!fast) return undefined;
    hurried += 1;
    run();
    return () => {
      hurried -= 1;
      run();
    };
  }, [fast]);
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = serverNow();
  listeners.add(listener);
  run();
  return () => {
    listeners.delete(listener);
    run();
  };
}

function run(): void {
  clearInterval(timer);
  timer = listeners.size === 0 ? undefined : setInterval(tick, hurried > 0 ? FAST_MS : SLOW_MS);
}

function tick(): void {
  now = serverNow();
  listeners.forEach((listener) => listener());
}
