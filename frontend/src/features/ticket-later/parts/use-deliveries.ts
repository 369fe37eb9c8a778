import { useQuery } from "@tanstack/react-query";

import type { Delivery } from "../../../api";
import { mailOf } from "../queries";

const SOON = 2_000;
const LATER = 60_000;
const LOOKS = 10;

/** The way of a reply to its readers while it is under way; undefined until it is known, or if nothing is under way. */
export function useDeliveries(comment: string, wanted: boolean): readonly Delivery[] | undefined {
  const query = useQuery({
    ...mailOf({ comment }),
    enabled: wanted,
    refetchInterval: ({ state }) => {
      const states = (state.data?.value.sent?.deliveries ?? []).map((each) => each.state);
      // The mail is made within moments, unless there is no recipient.
      if (states.length === 0) return state.dataUpdateCount < LOOKS ? SOON : false;
      if (states.includes("queued")) return SOON;
      return states.includes("delayed") ? LATER : false;
    },
  });
  return query.data?.value.sent?.deliveries;
}
