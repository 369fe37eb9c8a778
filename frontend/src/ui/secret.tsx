import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";

import { Dialog } from "./dialog";
import styles from "./secret.module.css";

interface SecretProps {
  title: string;
  /** Where it goes, and that it is not shown again. */
  explanation: string;
  secret: string;
  onDone: () => void;
}

/** A secret that is shown once. Only the button ends it, so that no stray key loses it. */
export function Secret({ title, explanation, secret, onDone }: SecretProps) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  return (
    <Dialog opened onClose={() => undefined} withCloseButton={false} title={title}>
      <p>{explanation}</p>
      <output className={styles.secret} aria-label={title}>
        {secret}
      </output>
      <div className={styles.buttons}>
        <Button onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))} data-autofocus>
          {copied ? t`Copied` : t`Copy`}
        </Button>
        <Button variant="filled" onClick={onDone}>
          <Trans>I have kept it</Trans>
        </Button>
      </div>
    </Dialog>
  );
}
