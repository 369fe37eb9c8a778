import { useSyncExternalStore } from "react";

const WIDE = "(min-width: 85.0625em)";
const NO_PHONE = "(min-width: 50.0625em)";

/** Whether the screen has room for the details next to a conversation. */
export function useWide(): boolean {
  return useSyncExternalStore(wide.subscribe, wide.matches);
}

/** Whether the screen is wider than that of a phone. */
export function useWiderThanPhone(): boolean {
  return useSyncExternalStore(noPhone.subscribe, noPhone.matches);
}

const wide = watched(WIDE);
const noPhone = watched(NO_PHONE);

function watched(query: string) {
  return {
    matches: () => window.matchMedia(query).matches,
    subscribe: (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
  };
}
