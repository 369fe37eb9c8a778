import { useLingui } from "@lingui/react/macro";
import type { ErrorComponentProps } from "@tanstack/react-router";

import { RefusedError } from "../api";
import { ErrorState } from "../ui/state";

/** What shows in place of a page that failed. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui();
  const problem = error instanceof RefusedError ? error.problem : undefined;
  const message =
    problem === undefined
      ? t`This page has a fault. Load it again; your drafts are kept.`
      : problem.message || t`The server cannot be reached. Your drafts are safe here.`;
  return <ErrorState message={message} requestId={problem?.requestId ?? null} retry={reset} />;
}
