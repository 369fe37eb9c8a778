import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { EmptyState, ErrorState, LoadingState } from "../state";

export interface Query {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => Promise<unknown>;
}

interface RecordedProps<Value> {
  query: Query;
  /** The record; undefined where there is none. */
  value: Value | undefined;
  children: (value: Value) => ReactNode;
}

/** The form of a record, while it loads, if it failed, or if it is gone. */
export function Recorded<Value>({ query, value, children }: RecordedProps<Value>) {
  const { t } = useLingui();
  if (value !== undefined) return <>{children(value)}</>;
  if (query.isPending) return <LoadingState lines={6} height={28} retry={() => void query.refetch()} />;
  if (query.error !== null) return <ErrorState message={query.error.message} retry={() => void query.refetch()} />;
  return (
    <EmptyState title={t`This does not exist any more`}>
      <Trans>It was deleted, or the address is wrong.</Trans>
    </EmptyState>
  );
}

/** In place of a form while no row of the list is chosen. */
export function NothingChosen() {
  const { t } = useLingui();
  return (
    <EmptyState title={t`Nothing is chosen`}>
      <Trans>Choose something from the list, or make something new.</Trans>
    </EmptyState>
  );
}
