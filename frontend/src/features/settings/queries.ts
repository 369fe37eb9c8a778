import { queryOptions } from "@tanstack/react-query";

import { askOrThrow, getSettings, listSessions } from "../../api";

/** One's own profile, notices and security. */
export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => askOrThrow(getSettings({ signal })),
});

/** Where one is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ["records", "sessions", "all"],
  queryFn: ({ signal }) => askOrThrow(listSessions({ query: { limit: 100 }, signal })),
});
