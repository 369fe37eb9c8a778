import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { ask, forgotPassword } from "../../../api";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { FormPage } from "../parts/form-page";
import { useForm } from "../parts/use-form";

/** Has a link for a new password sent. The answer is the same whether or not there is such an account. */
export default function ForgotPage() {
  const { t } = useLingui();
  const [sentTo, setSentTo] = useState("");
  const form = useForm(
    ({ email = "" }) => ask(forgotPassword({ body: { email } })),
    ({ email = "" }) => setSentTo(email),
  );
  const back = (
    <Link to="/sign-in">
      <Trans>Back to sign-in</Trans>
    </Link>
  );
  if (sentTo !== "") {
    return (
      <FormPage title={t`Look into your mail`}>
        <p role="status">
          <Trans>
            If {sentTo} has an account here, a link for a new password is on its way. It works for one hour.
          </Trans>
        </p>
        {back}
      </FormPage>
    );
  }
  return (
    <FormPage
      title={t`Forgotten password`}
      intro={t`We send you a link with which you set a new one.`}
      problem={form.message}
      onSubmit={form.submit}
    >
      <TextField
        name="email"
        type="email"
        label={t`E-mail address`}
        autoComplete="username"
        error={form.errors["email"]}
        autoFocus
        required
        withAsterisk={false}
      />
      <Button type="submit" variant="filled" size="sm" loading={form.busy}>
        <Trans>Send the link</Trans>
      </Button>
      {back}
    </FormPage>
  );
}
