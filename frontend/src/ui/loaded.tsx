import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorState, LoadingState } from "./state";

/** What a query found, or why not. */
export function Loaded<Value>({
  query,
  children,
}: {
  query: UseQueryResult<Value>;
  children: (value: Value) => ReactNode;
}) {
  if (query.isPending) return <LoadingState lines={8} height={28} retry={() => void query.refetch()} />;
  if (query.isError) return <ErrorState message={query.error.message} retry={() => void query.refetch()} />;
  return <>{children(query.data)}</>;
}
