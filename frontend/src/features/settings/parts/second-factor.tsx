import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";

import { ask, disable, enable, type Problem, type SettingsView, setUp, type SetUpView } from "../../../api";
import { problemIn } from "../../../live/records";
import { DangerAct } from "../../../ui/confirm";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { PasswordField } from "../../../ui/password-field";
import { settingsQuery } from "../queries";
import styles from "./security.module.css";
import { useStepUp } from "./step-up";

/** The second factor: off, being set up, or on with its recovery codes. */
export function SecondFactor({ security }: { security: SettingsView["security"] }) {
  const { t } = useLingui();
  const [codes, setCodes] = useState<string[]>();
  return (
    <section className={styles.section} aria-label={t`Second factor`}>
      <h2>
        <Trans>Second factor</Trans>
      </h2>
      {codes === undefined ? null : <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />}
      {security.two_factor_enabled ? <TurnOff left={security.recovery_codes_left} /> : <TurnOn onCodes={setCodes} />}
    </section>
  );
}

function TurnOn({ onCodes }: { onCodes: (codes: string[]) => void }) {
  const [setup, setSetup] = useState<SetUpView>();
  const [refusal, setRefusal] = useState<Problem>();
  const { confirmed, dialog } = useStepUp();
  const sentence = useSentence(refusal);

  async function begin(): Promise<void> {
    const answer = await confirmed(() => ask(setUp()));
    setRefusal(problemIn(answer));
    if (answer.ok) setSetup(answer.value);
  }

  if (setup !== undefined) return <FirstCode setup={setup} onCodes={onCodes} />;
  return (
    <>
      <p>
        <Trans>Signing in then also asks for a code from an app on your phone.</Trans>
      </p>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={refusal?.requestId ?? null} />}
      <Button onClick={() => void begin()}>
        <Trans>Set up a second factor</Trans>
      </Button>
      {dialog}
    </>
  );
}

function FirstCode({ setup, onCodes }: { setup: SetUpView; onCodes: (codes: string[]) => void }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [code, setCode] = useState("");
  const [refusal, setRefusal] = useState<Problem>();
  const sentence = useSentence(refusal);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const answer = await ask(enable({ body: { code: code.trim() } }));
    setRefusal(problemIn(answer));
    if (!answer.ok) return;
    onCodes(answer.value.recovery_codes);
    await cache.invalidateQueries({ queryKey: settingsQuery.queryKey });
  }

  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <p>
        <Trans>Read this picture with your authenticator app, or type the key into it:</Trans>
      </p>
      <img className={styles.qr} src={pictureOf(setup.qr_svg)} alt={t`QR code with the key below`} />
      <output className={styles.secret} aria-label={t`Key of the second factor`}>
        {setup.secret}
      </output>
      <TextField
        name="code"
        label={t`Code that the app shows`}
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={sentence === "" ? refusal?.fields["code"] : sentence}
        autoFocus
      />
      <Button type="submit" variant="filled">
        <Trans>Turn the second factor on</Trans>
      </Button>
    </form>
  );
}

/** The address of a picture whose drawing v1 gives for use inside HTML: as a file it must name its language. */
function pictureOf(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg.replace("<svg ", SVG))}`;
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" ';

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className={styles.form} role="status">
      <p>
        <Trans>
          The second factor is on. Keep these recovery codes: each lets you in once without the app. They are not shown
          again.
        </Trans>
      </p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div>
        <Button onClick={() => void navigator.clipboard.writeText(codes.join("\n"))}>
          <Trans>Copy</Trans>
        </Button>{" "}
        <Button variant="filled" onClick={onDone}>
          <Trans>I have kept them</Trans>
        </Button>
      </div>
    </div>
  );
}

function TurnOff({ left }: { left: number }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [password, setPassword] = useState("");
  return (
    <>
      <p>
        <Plural value={left} one="On. # recovery code is left." other="On. # recovery codes are left." />
      </p>
      <DangerAct
        label={t`Turn the second factor off`}
        effect={t`Signing in then needs the password alone, and the recovery codes end.`}
        act={async () => {
          const answer = await ask(disable({ body: { password } }));
          setPassword("");
          if (answer.ok) await cache.invalidateQueries({ queryKey: settingsQuery.queryKey });
          return problemIn(answer);
        }}
      >
        <PasswordField
          label={t`Password`}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </DangerAct>
    </>
  );
}
