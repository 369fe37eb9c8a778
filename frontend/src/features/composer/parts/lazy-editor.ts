import { lazy } from "react";

/** The editor is a file of its own: large, and not needed before one writes. */
const load = () => import("../../../ui/editor");

export const LazyEditor = lazy(load);

/** Fetches the editor when the browser has nothing else to do. */
export function loadEditor(): void {
  if ("requestIdleCallback" in window) requestIdleCallback(() => void load(), { timeout: 3_000 });
  else setTimeout(() => void load(), 1_000);
}
