import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { ask, resetPassword } from "../../../api";
import { Button } from "../../../ui/button";
import { PasswordField } from "../../../ui/password-field";
import { FormPage } from "../parts/form-page";
import { useForm } from "../parts/use-form";
import { useLinkToken } from "../parts/use-link-token";

/** Sets a new password with the token of a mailed link. */
export default function ResetPage() {
  const { t } = useLingui();
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const form = useForm(
    ({ newPassword = "" }) => ask(resetPassword({ body: { token, newPassword } })),
    () => setDone(true),
  );
  if (done) {
    return (
      <FormPage title={t`Your password is changed`} intro={t`All other sessions have ended.`}>
        <Link to="/sign-in">
          <Trans>Sign in</Trans>
        </Link>
      </FormPage>
    );
  }
  return (
    <FormPage title={t`New password`} problem={form.message} onSubmit={form.submit}>
      <PasswordField
        name="newPassword"
        label={t`New password`}
        description={t`At least 8 characters`}
        autoComplete="new-password"
        error={form.errors["newPassword"]}
        autoFocus
        required
        withAsterisk={false}
      />
      <Button type="submit" variant="filled" size="sm" loading={form.busy}>
        <Trans>Set the new password</Trans>
      </Button>
      <Link to="/forgot">
        <Trans>Send another link</Trans>
      </Link>
    </FormPage>
  );
}
