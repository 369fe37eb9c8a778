import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";

import { chipsOf, without } from "../../../kernel/chips";
import type { Narrowing } from "../../../kernel/views";
import { viewCounts } from "../../../live/views";
import { Button } from "../../../ui/button";
import { EmptyState } from "../../../ui/state";

/** Why a list is empty, and the one act that helps. */
export function EmptyList(props: { viewName: string; words: string; narrow: (changes: Narrowing) => void }) {
  const { viewName, words, narrow } = props;
  const { t } = useLingui();
  const counts = useQuery(viewCounts).data;
  const last = chipsOf(words).at(-1);
  if (last !== undefined) {
    const chip = last.text;
    return (
      <EmptyState
        title={t`No ticket matches`}
        act={
          <Button onClick={() => narrow({ q: without(words, last) })}>
            <Trans>Remove ‹{chip}›</Trans>
          </Button>
        }
      />
    );
  }
  const unassigned = counts?.get("unassigned")?.count ?? 0;
  if (viewName !== "mine" || unassigned === 0) return <EmptyState title={t`Nothing waits here`} />;
  return (
    <EmptyState
      title={t`Nothing waits for you`}
      act={
        <Link to="/inbox/$view" params={{ view: "unassigned" }}>
          <Trans>Take from Unassigned ({unassigned})</Trans>
        </Link>
      }
    />
  );
}
