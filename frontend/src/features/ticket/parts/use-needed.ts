import { useEffect, useEffectEvent } from "react";

import { useTroubles } from "../../../live/changes";

/** When a change was refused because fields need a value first: shows the details, and leads to the first of the fields. */
export function useNeeded(ticketId: string, details: { shown: boolean; toggle: () => void }): void {
  const needed = Object.entries(useTroubles(ticketId)).filter(([, { kind }]) => kind === "needed");
  const first = needed[0]?.[0].slice("fields.".length);
  const show = useEffectEvent(() => {
    if (!details.shown) details.toggle();
  });
  useEffect(() => {
    if (first !== undefined) show();
  }, [first]);
  useEffect(() => {
    if (first === undefined || !details.shown) return;
    const row = document.querySelector(`[data-name="${CSS.escape(first)}"]`);
    row?.querySelector<HTMLElement>("input, select, textarea, button, summary")?.focus();
  }, [first, details.shown]);
}
