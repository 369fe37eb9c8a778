import { Trans, useLingui } from "@lingui/react/macro";

import { EmptyState } from "../../../ui/state";
import { SettingsPage } from "../parts/settings-page";

/** The places of one's own settings, on a narrow screen the whole page. */
export default function SettingsHomePage() {
  const { t } = useLingui();
  return (
    <SettingsPage current={undefined}>
      <EmptyState title={t`Own settings`}>
        <Trans>Choose what you want to change.</Trans>
      </EmptyState>
    </SettingsPage>
  );
}
