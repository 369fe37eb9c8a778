import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";

import styles from "./confirm.module.css";
import { Dialog } from "./dialog";
import { Refused, useSentence } from "./form/form-pane";
import type { Refusal } from "./form/use-form";

interface DangerProps {
  /** What the button says; it opens the question. */
  label: string;
  /** What will happen, before anything does. */
  effect: ReactNode;
  /** What the button in the question says; `label` without it. */
  confirm?: string;
  /** Does it. A refusal shows in the question. */
  act: () => Promise<Refusal | undefined>;
  /** Asked for in the question, for instance who takes over. */
  children?: ReactNode;
}

/** An act that cannot be taken back: a button at the foot of a form, and a question that says what follows. */
export function DangerAct({ label, effect, confirm, act, children }: DangerProps) {
  const { t } = useLingui();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const sentence = useSentence(refusal);

  async function perform(): Promise<void> {
    setBusy(true);
    const refused = await act();
    setBusy(false);
    setRefusal(refused);
    if (refused === undefined) setAsked(false);
  }

  function close(): void {
    setAsked(false);
    setRefusal(undefined);
  }

  return (
    <>
      <Button className={styles.danger} onClick={() => setAsked(true)}>
        {label}
      </Button>
      <Dialog opened={asked} onClose={close} title={label} closeButtonProps={{ "aria-label": t`Close` }}>
        <div className={styles.question}>
          {sentence === "" ? null : <Refused sentence={sentence} requestId={refusal?.requestId ?? null} />}
          <div>{effect}</div>
          {children}
          <div className={styles.buttons}>
            <Button data-autofocus onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button className={styles.danger} loading={busy} onClick={() => void perform()}>
              {confirm ?? label}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

/** The place of dangerous acts, at the foot of a form. */
export function DangerZone({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  return (
    <section className={styles.zone} aria-label={t`Cannot be undone`}>
      {children}
    </section>
  );
}
