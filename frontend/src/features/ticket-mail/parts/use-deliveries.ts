import { useQuery } from "@tanstack/react-query";

import { type Delivery, listMailDeliveries } from "../../../api";
import { record } from "../../../live/records";

const SOON = 2_000;
const LATER = 60_000;

/** The way of a reply to its readers while it is under way; undefined until it is known, or if nothing is under way. */
export function useDeliveries(commentId: string, wanted: boolean): readonly Delivery[] | undefined {
  const query = useQuery({
    ...record("mails", `to ${commentId}`, (signal) => listMailDeliveries({ path: { comment_id: commentId }, signal })),
    enabled: wanted,
    refetchInterval: ({ state }) => {
      const states = (state.data?.value ?? []).map((each) => each.state);
      if (states.length === 0 || states.includes("queued")) return SOON;
      return states.includes("delayed") ? LATER : false;
    },
  });
  const found = query.data?.value;
  return found === undefined || found.length === 0 ? undefined : found;
}
