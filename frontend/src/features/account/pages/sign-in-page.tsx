import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useSearch } from "@tanstack/react-router";

import { sessionQuery } from "../../../live/session";
import { setupQuery } from "../queries";
import { FormPage } from "../parts/form-page";
import { signIn, SignInFields } from "../parts/sign-in-fields";
import { useForm } from "../parts/use-form";

/** Signs in, then returns to the page that asked for it. */
export default function SignInPage() {
  const { t } = useLingui();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { next }: { next?: string } = useSearch({ strict: false });
  const form = useForm(signIn, async () => {
    await cache.resetQueries({ queryKey: sessionQuery.queryKey });
    await navigate({ href: ownAddress(next), replace: true });
  });
  const setup = useQuery(setupQuery);
  if (setup.data?.needed === true) return <Navigate to="/setup" replace />;
  const refused = form.code === "TWO_FACTOR_REQUIRED" ? "" : form.message;
  return (
    <FormPage title={t`Sign in`} problem={refused} onSubmit={form.submit}>
      <SignInFields code={form.code} errors={form.errors} busy={form.busy} />
      <Link to="/forgot">
        <Trans>Forgotten your password?</Trans>
      </Link>
    </FormPage>
  );
}

/** The address to return to, if it is one of ours: a link may carry any text. */
function ownAddress(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/inbox/mine";
}
