import { queryOptions } from "@tanstack/react-query";

import { askOrThrow, getSetup } from "../../api";

/** Whether the server still needs its first owner. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => askOrThrow(getSetup({ signal })),
});
