import { QueryClient } from "@tanstack/react-query";

import { RefusedError } from "../api";

/** The cache. Nothing goes stale automatically: the live layer says what changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof RefusedError && error.problem.kind !== "unreachable"),
    },
  },
});
