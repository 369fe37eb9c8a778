import { useEffect, useEffectEvent, useRef } from "react";

import { useTroubles } from "../../../live/changes";

/** When a change was refused because fields need a value first: shows the details, which lead to the first of them. */
export function useNeeded(ticketId: string, details: { shown: boolean; toggle: () => void }): void {
  const first = useFirstNeeded(ticketId);
  const show = useEffectEvent(() => {
    if (!details.shown) details.toggle();
  });
  useEffect(() => {
    if (first !== undefined) show();
  }, [first]);
}

/** Leads to the first field that needs a value; `shown` is the number of fields that are there. Returns whether one does. */
export function useLeadToNeeded(ticketId: string, shown: number): boolean {
  const first = useFirstNeeded(ticketId);
  const led = useRef<string>(undefined);
  useEffect(() => {
    // The form of the ticket may come later than the words that a field is needed; it leads there once.
    const row = first === undefined ? null : document.querySelector(`[data-name="${CSS.escape(first)}"]`);
    if (first === undefined) led.current = undefined;
    if (row === null || led.current === first) return;
    led.current = first;
    row.querySelector<HTMLElement>("input, select, textarea, button, summary")?.focus();
  }, [first, shown]);
  return first !== undefined;
}

function useFirstNeeded(ticketId: string): string | undefined {
  const needed = Object.entries(useTroubles(ticketId)).filter(([, { kind }]) => kind === "needed");
  return needed[0]?.[0].slice("fields.".length);
}
