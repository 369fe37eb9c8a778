import { Trans, useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";

import { ask, type Problem, stepUp } from "../../../api";
import { problemIn } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { TextField } from "../../../ui/fields";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { PasswordField } from "../../../ui/password-field";
import styles from "./security.module.css";

/** Asks for the password, and for a code where one is needed. */
export default function PasswordAgain({ onEnd }: { onEnd: (given: boolean) => void }) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [refusal, setRefusal] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const sentence = useSentence(refusal, ["password", "code"]);
  const [needsCode, setNeedsCode] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const answer = await ask(stepUp({ body: { password, ...(code.trim() === "" ? {} : { code: code.trim() }) } }));
    setBusy(false);
    if (answer.ok) {
      onEnd(true);
      return;
    }
    if (answer.problem.code === "TWO_FACTOR_REQUIRED") setNeedsCode(true);
    setRefusal(problemIn(answer));
  }

  return (
    <Dialog
      opened
      onClose={() => onEnd(false)}
      title={t`Your password once more`}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {sentence === "" ? null : <Refused sentence={sentence} requestId={null} />}
        <PasswordField
          name="password"
          label={t`Password`}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={refusal?.fields["password"]}
          data-autofocus
        />
        {needsCode ? (
          <TextField
            name="code"
            label={t`Code`}
            description={t`From your authenticator app, or one of your recovery codes`}
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={refusal?.fields["code"]}
            autoFocus
          />
        ) : null}
        <Button type="submit" variant="filled" loading={busy}>
          <Trans>Go on</Trans>
        </Button>
      </form>
    </Dialog>
  );
}
