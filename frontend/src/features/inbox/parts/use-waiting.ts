import { useLingui } from "@lingui/react/macro";
import { type RefObject, useEffect, useEffectEvent } from "react";

import { announce } from "../../../ui/announce";
import { useCommand } from "../../../ui/commands";
import { showArrived } from "../commands";
import type { GridHandle } from "./ticket-grid";
import { type Hand, useHand } from "./use-hand";
import type { Listing } from "./use-listing";

/** Shows what waits in a list: by `.`, or automatically once no hand is on the list and nothing is `held`. */
export function useWaiting(
  listing: Listing,
  title: string,
  held: boolean,
  grid: RefObject<GridHandle | null>,
): { hand: Hand; renew: () => void } {
  const { t } = useLingui();
  const { arrived, gone, moved } = listing.waiting;
  const waits = arrived.size + gone.size > 0 || moved;
  const renew = () => {
    const [first, last] = grid.current?.seen() ?? [0, 0];
    listing.renew(first, last);
  };
  const hand = useHand(waits, held, () => grid.current?.element() ?? null, renew);
  const count = arrived.size;
  const tell = useEffectEvent(() => {
    if (count > 0) announce(t`${count} new in ${title}`, "list.arrived");
  });
  useEffect(() => tell(), [count]);
  useCommand(showArrived, waits ? renew : undefined);
  return { hand, renew };
}
