import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { ask, type ImapStep as Step, type Problem, testImapAccount, testSmtpAccount } from "../../../api";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import styles from "./mail.module.css";
import { useTroubleWords } from "./trouble-words";

/** Tries the saved account step by step. */
export function ConnectionTest({ id, kind, unsaved }: { id: string; kind: "imap" | "smtp"; unsaved: boolean }) {
  const { t } = useLingui();
  const troubles = useTroubleWords(kind);
  const [steps, setSteps] = useState<readonly Step[]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const words: Readonly<Record<Step["name"], string>> = {
    name: t`The server's name is known`,
    connect: t`The server answers`,
    certificate: t`Its certificate is trusted`,
    sign_in: t`The sign-in is accepted`,
    folder: t`The folder can be read`,
  };

  async function run(): Promise<void> {
    setBusy(true);
    const path = { mailbox_id: id };
    const answer = await ask(kind === "imap" ? testImapAccount({ path }) : testSmtpAccount({ path }));
    setSteps(answer.ok ? answer.value : undefined);
    setProblem(answer.ok ? undefined : answer.problem);
    setBusy(false);
  }

  return (
    <section className={styles.part} aria-label={t`Connection test`}>
      <h2>
        <Trans>Connection test</Trans>
      </h2>
      <Button disabled={busy || unsaved} onClick={() => void run()}>
        {unsaved ? <Trans>Save first</Trans> : <Trans>Test the connection</Trans>}
      </Button>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <div role="status">
        <ol className={styles.checks}>
          {(steps ?? []).map(({ name, code, detail }) => (
            <li key={`${name} ${detail}`}>
              {code == null ? "✓ " : "✗ "}
              {code == null ? words[name] : troubles[code]}
              {detail === "" ? null : <span className={styles.faint}> {detail}</span>}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
