import type { ReactNode } from "react";

import styles from "./reports.module.css";

/** A table that scrolls sideways on a phone, by keys too: it may have no link that could take the focus. */
export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex -- or keys could not scroll it
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
