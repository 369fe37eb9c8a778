import { useEffect, useEffectEvent } from "react";

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

/** Leads to the first field that needs a value, where the fields are shown. */
export function useLeadToNeeded(ticketId: string): void {
  const first = useFirstNeeded(ticketId);
  useEffect(() => {
    if (first === undefined) return;
    const row = document.querySelector(`[data-name="${CSS.escape(first)}"]`);
    row?.querySelector<HTMLElement>("input, select, textarea, button, summary")?.focus();
  }, [first]);
}

function useFirstNeeded(ticketId: string): string | undefined {
  const needed = Object.entries(useTroubles(ticketId)).filter(([, { kind }]) => kind === "needed");
  return needed[0]?.[0].slice("fields.".length);
}
