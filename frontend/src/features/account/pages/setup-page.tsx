import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";

import { ask, setUpServer } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { PasswordField } from "../../../ui/password-field";
import { cookieSession } from "../parts/cookie-session";
import { FormPage } from "../parts/form-page";
import { useForm } from "../parts/use-form";
import { setupQuery } from "../queries";

/** Makes the first organization and its owner, while the server has none. */
export default function SetupPage() {
  const { t } = useLingui();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(setupQuery);
  const form = useForm(
    ({ organization = "", name = "", email = "", password = "" }) =>
      ask(setUpServer({ body: { ...cookieSession, organization, name, email, password } })),
    async () => {
      cache.setQueryData(setupQuery.queryKey, { needed: false });
      await cache.resetQueries({ queryKey: sessionQuery.queryKey });
      await navigate({ to: "/", replace: true });
    },
  );
  if (setup.data?.needed === false) return <Navigate to="/" replace />;
  const field = (name: string) => ({ name, error: form.errors[name], required: true, withAsterisk: false });
  return (
    <FormPage
      title={t`Welcome to Deskbell`}
      intro={t`This server has no organization yet. Make yours, with you as its owner.`}
      problem={form.message}
      onSubmit={form.submit}
    >
      <TextField {...field("organization")} label={t`Organization`} autoComplete="organization" autoFocus />
      <TextField {...field("name")} label={t`Your name`} autoComplete="name" />
      <TextField {...field("email")} type="email" label={t`E-mail address`} autoComplete="username" />
      <PasswordField
        {...field("password")}
        label={t`Password`}
        description={t`At least 8 characters`}
        autoComplete="new-password"
      />
      <Button type="submit" variant="filled" size="sm" loading={form.busy}>
        <Trans>Create the organization</Trans>
      </Button>
    </FormPage>
  );
}
