import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ask, updateSecurity } from "../../../api";
import { problemIn } from "../../../live/records";
import { useComplaint } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import { PasswordField } from "../../../ui/password-field";
import { SecondFactor } from "../parts/second-factor";
import styles from "../parts/security.module.css";
import { Sessions } from "../parts/sessions";
import { SettingsPage } from "../parts/settings-page";
import { settingsQuery } from "../queries";

/** Password, second factor, and where one is signed in. */
export default function SecurityPage() {
  const query = useQuery(settingsQuery);
  return (
    <SettingsPage current="/settings/security">
      <Loaded query={query}>
        {({ security }) => (
          <Password>
            <SecondFactor security={security} />
            <Sessions />
          </Password>
        )}
      </Loaded>
    </SettingsPage>
  );
}

const empty = { current_password: "", new_password: "" };

function Password({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  const form = useForm({
    saved: empty,
    save: async (values) => problemIn(await ask(updateSecurity({ body: values }))),
  });
  return (
    <FormPane
      form={form}
      title={t`Password and sessions`}
      intro={<Trans>A new password ends every other session.</Trans>}
      foot={children}
    >
      <PasswordField
        name="current_password"
        label={t`Current password`}
        autoComplete="current-password"
        value={form.values.current_password}
        onChange={(event) => form.set("current_password", event.currentTarget.value)}
        error={useComplaint(form, "current_password")}
      />
      <PasswordField
        name="new_password"
        label={t`New password`}
        description={t`At least 8 characters`}
        autoComplete="new-password"
        value={form.values.new_password}
        onChange={(event) => form.set("new_password", event.currentTarget.value)}
        error={useComplaint(form, "new_password")}
      />
      {form.done ? (
        <p className={styles.done}>
          <Trans>The password is changed.</Trans>
        </p>
      ) : null}
    </FormPane>
  );
}
