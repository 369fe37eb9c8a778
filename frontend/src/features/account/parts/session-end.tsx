import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { onSessionEnd } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { Dialog } from "../../../ui/dialog";
import { FormProblem } from "./form-page";
import styles from "./form-page.module.css";
import { signIn, SignInFields } from "./sign-in-fields";
import { useForm } from "./use-form";

/** Shows the sign-in over the page when the session has ended; the page and its drafts stay as they are below it. */
export function SessionEnd() {
  const cache = useQueryClient();
  const [address, setAddress] = useState<string>();
  useEffect(
    () => onSessionEnd(() => setAddress((before) => before ?? cache.getQueryData(sessionQuery.queryKey)?.email)),
    [cache],
  );
  if (address === undefined) return null;
  return <SignInAgain address={address} onDone={() => setAddress(undefined)} />;
}

function SignInAgain({ address, onDone }: { address: string; onDone: () => void }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const form = useForm(signIn, async () => {
    onDone();
    await cache.invalidateQueries();
  });
  return (
    <Dialog opened onClose={() => undefined} withCloseButton={false} title={t`Your session has ended`} size="sm">
      <form className={styles.form} noValidate onSubmit={(event) => void form.submit(event)}>
        <p>
          <Trans>Sign in again to go on. Your drafts are safe.</Trans>
        </p>
        <FormProblem>{form.code === "TWO_FACTOR_REQUIRED" ? "" : form.message}</FormProblem>
        <SignInFields code={form.code} errors={form.errors} busy={form.busy} address={address} />
      </form>
    </Dialog>
  );
}
