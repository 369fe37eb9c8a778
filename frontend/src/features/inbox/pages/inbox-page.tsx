import { useLingui } from "@lingui/react/macro";

import { EmptyState } from "../../../ui/state";

/** The views and the list of the chosen one. */
export default function InboxPage() {
  const { t } = useLingui();
  return <EmptyState title={t`Nothing waits for you`} />;
}
