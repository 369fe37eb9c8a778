import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";

import { EmptyState } from "../ui/state";

/** An address that leads nowhere. */
export function MissingPage() {
  const { t } = useLingui();
  return (
    <EmptyState
      title={t`There is no such page`}
      act={
        <Link to="/">
          <Trans>Go to the inbox</Trans>
        </Link>
      }
    />
  );
}
