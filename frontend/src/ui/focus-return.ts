import { useEffect } from "react";

let last: HTMLElement | null = null;
/** How many dialogs are open. */
let open = 0;

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement && target.closest("[aria-modal=true]") === null) last = target;
});

/**
 * Gives the focus back to where it was before a dialog, once that has closed or is gone. Mantine does so for dialogs alone
 * that were there, closed, before they opened. Where that place is gone, the page gets the focus.
 */
export function useFocusReturn(opened: boolean): void {
  useEffect(() => {
    if (!opened) return undefined;
    const origin = last;
    open += 1;
    return () => {
      open -= 1;
      giveBack(origin);
      // A dialog that is closed right after it was opened takes the focus nevertheless, by a timer that it has set before.
      setTimeout(() => {
        if (open === 0) giveBack(origin);
      });
    };
  }, [opened]);
}

function giveBack(origin: HTMLElement | null): void {
  if (!isFree()) return;
  if (origin?.isConnected !== true) {
    document.getElementById("page")?.focus({ preventScroll: true });
    return;
  }
  origin.focus({ preventScroll: true });
  if (document.activeElement === origin || !origin.matches(":disabled")) return;
  // The button that asked may still be busy.
  const waiting = new MutationObserver(() => {
    if (origin.isConnected && origin.matches(":disabled")) return;
    waiting.disconnect();
    if (isFree()) origin.focus({ preventScroll: true });
  });
  waiting.observe(origin, { attributes: true, attributeFilter: ["disabled"] });
}

/** Whether nothing else has the focus. */
function isFree(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.closest("[aria-modal=true]") !== null;
}
