import { Trans } from "@lingui/react/macro";
import { lazy, Suspense, useState } from "react";

import type { View } from "../../../kernel/views";
import styles from "./save-view.module.css";

const Form = lazy(() => import("./save-view-form"));

/** Keeps what is searched for as a view, under a name. */
export function SaveView({ base, words }: { base: View; words: string }) {
  const [open, setOpen] = useState(false);
  const button = (
    <button type="button" className={styles.link} onClick={() => setOpen(true)}>
      <Trans>Save as view</Trans>
    </button>
  );
  if (!open) return button;
  return (
    <Suspense fallback={button}>
      <Form base={base} words={words} close={() => setOpen(false)} />
    </Suspense>
  );
}
