import { Button, PasswordField, TextField } from "../../../ui/fields";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";

import { ask, login } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { textsOf } from "../../../ui/texts-of";
import { FormPage } from "../parts/form-page";

/** Signs in by address and password. */
export default function SignInPage() {
  const { t } = useLingui();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const search: { next?: string } = useSearch({ strict: false });
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function signIn(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = textsOf(event.currentTarget);
    setBusy(true);
    const answer = await ask(
      login({
        body: { email: form["email"] ?? "", password: form["password"] ?? "", session: "cookie" } as never,
      }),
    );
    setBusy(false);
    if (!answer.ok) {
      setProblem(answer.problem.message || t`The server cannot be reached.`);
      return;
    }
    await cache.resetQueries({ queryKey: sessionQuery.queryKey });
    // Only addresses of this app: a link must not lead from the sign-in to another site.
    const next = search.next !== undefined && /^\/(?![/\\])/.test(search.next) ? search.next : "/";
    await navigate({ href: next, replace: true });
  }

  return (
    <FormPage title={t`Sign in`} problem={problem} onSubmit={signIn}>
      <TextField name="email" type="email" label={t`E-mail address`} autoComplete="username" required autoFocus />
      <PasswordField name="password" label={t`Password`} autoComplete="current-password" required />
      <Button type="submit" variant="filled" size="sm" loading={busy}>
        <Trans>Sign in</Trans>
      </Button>
    </FormPage>
  );
}
