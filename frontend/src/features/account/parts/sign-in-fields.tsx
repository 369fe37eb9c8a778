import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { type Answer, ask, login } from "../../../api";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { PasswordField } from "../../../ui/password-field";
import { cookieSession } from "./cookie-session";

/** Sends address, password and, where there is a second factor, the code. */
export function signIn(texts: Record<string, string>): Promise<Answer<unknown>> {
  const { email = "", password = "", code } = texts;
  return ask(login({ body: { ...cookieSession, email, password, ...(code ? { code: code.trim() } : {}) } }));
}

interface SignInFieldsProps {
  /** The code of the last refusal. */
  code: string;
  errors: Readonly<Record<string, string>>;
  busy: boolean;
  /** The address of the session that ended. */
  address?: string;
}

/** Address and password; then, in the same form, the code of the second factor. */
export function SignInFields({ code, errors, busy, address }: SignInFieldsProps) {
  const { t } = useLingui();
  const [twoSteps, setTwoSteps] = useState(false);
  const needsCode = code === "TWO_FACTOR_REQUIRED";
  if (needsCode && !twoSteps) setTwoSteps(true);
  return (
    <>
      <TextField
        name="email"
        type="email"
        label={t`E-mail address`}
        autoComplete="username"
        defaultValue={address}
        readOnly={address !== undefined || twoSteps}
        error={errors["email"]}
        autoFocus={address === undefined}
        required
        withAsterisk={false}
      />
      <PasswordField
        name="password"
        label={t`Password`}
        autoComplete="current-password"
        error={errors["password"]}
        data-autofocus={address !== undefined}
        required
        withAsterisk={false}
      />
      {twoSteps ? (
        <TextField
          name="code"
          label={t`Code`}
          description={t`From your authenticator app, or one of your recovery codes`}
          autoComplete="one-time-code"
          error={errors["code"]}
          autoFocus
          required
          withAsterisk={false}
        />
      ) : null}
      <Button type="submit" variant="filled" size="sm" loading={busy}>
        <Trans>Sign in</Trans>
      </Button>
    </>
  );
}
