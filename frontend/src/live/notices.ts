import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { listNotifications } from "../api";
import { pagedList, record } from "./records";
import { usePermission } from "./session";
import { onPushed } from "./socket";

/** What happened that concerns the member, the newest first. */
export const noticesQuery = (unread: boolean) =>
  pagedList("notices", unread ? { unread } : {}, (query, signal) => listNotifications({ query, signal }));

const unreadQuery = record("notices", "unread", async (signal) => {
  const { data, error, response } = await listNotifications({ query: { unread: true, limit: 1 }, signal });
  return { error, response, ...(data === undefined ? {} : { data: { data: data.unread } }) };
});

/** How many notifications are unread; kept right by what is pushed. */
export function useUnreadNotices(): number {
  const cache = useQueryClient();
  useEffect(
    () =>
      onPushed(({ event }) => {
        if (event.startsWith("notification.")) void cache.invalidateQueries({ queryKey: ["records", "notices"] });
      }),
    [cache],
  );
  return useUnread();
}

/** The same number, where another part of the page keeps it right. */
export function useUnread(): number {
  const enabled = usePermission("notifications:read");
  return useQuery({ ...unreadQuery, enabled }).data?.value ?? 0;
}
