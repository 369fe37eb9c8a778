import { useSyncExternalStore } from "react";

const WIDE = "(min-width: 85.0625em)";

/** Whether the screen has room for the details next to a conversation. */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(WIDE).matches);
}

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(WIDE);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}
