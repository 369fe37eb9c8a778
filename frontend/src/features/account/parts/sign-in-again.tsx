import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { Dialog } from "../../../ui/dialog";
import { FormProblem } from "./form-page";
import styles from "./form-page.module.css";
import { signIn, SignInFields } from "./sign-in-fields";
import { useForm } from "./use-form";

/** The sign-in over the page, with the address of the member who is there. */
export default function SignInAgain({ address, onDone }: { address: string; onDone: () => void }) {
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
