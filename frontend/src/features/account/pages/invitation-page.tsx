import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { acceptInvitation, ask } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { PasswordField } from "../../../ui/password-field";
import { cookieSession } from "../parts/cookie-session";
import { FormPage } from "../parts/form-page";
import { useForm } from "../parts/use-form";
import { useLinkToken } from "../parts/use-link-token";

/** Accepts an invitation by setting a first password, and signs in. */
export default function InvitationPage() {
  const { t } = useLingui();
  const token = useLinkToken();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const form = useForm(
    ({ name = "", password = "" }) =>
      ask(
        acceptInvitation({
          body: { ...cookieSession, token, password, ...(name.trim() ? { name: name.trim() } : {}) },
        }),
      ),
    async () => {
      await cache.resetQueries({ queryKey: sessionQuery.queryKey });
      await navigate({ to: "/", replace: true });
    },
  );
  return (
    <FormPage
      title={t`Join your team`}
      intro={t`Choose a password to accept the invitation.`}
      problem={form.message}
      onSubmit={form.submit}
    >
      <TextField
        name="name"
        label={t`Your name`}
        description={t`Leave it empty to keep the name in the invitation.`}
        autoComplete="name"
        error={form.errors["name"]}
        autoFocus
      />
      <PasswordField
        name="password"
        label={t`Password`}
        description={t`At least 8 characters`}
        autoComplete="new-password"
        error={form.errors["password"]}
        required
        withAsterisk={false}
      />
      <Button type="submit" variant="filled" size="sm" loading={form.busy}>
        <Trans>Join</Trans>
      </Button>
    </FormPage>
  );
}
