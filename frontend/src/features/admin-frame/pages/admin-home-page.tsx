import { Trans, useLingui } from "@lingui/react/macro";

import { EmptyState } from "../../../ui/state";
import { AdminPage } from "../parts/admin-page";

/** The pages of administration, on a narrow screen the whole page. */
export default function AdminHomePage() {
  const { t } = useLingui();
  return (
    <AdminPage section={undefined}>
      <EmptyState title={t`Administration`}>
        <Trans>Choose what you want to see or change.</Trans>
      </EmptyState>
    </AdminPage>
  );
}
