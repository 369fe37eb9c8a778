import { type ReactNode, useState } from "react";

import styles from "./section.module.css";

const FOLDED = "deskbell.folded.";

/** A part of a pane that can be folded; what is folded stays so on this device. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  const [open, setOpen] = useState(() => localStorage.getItem(FOLDED + id) === null);
  return (
    <details
      className={styles.section}
      open={open}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        setOpen(now);
        if (now) localStorage.removeItem(FOLDED + id);
        else keep(FOLDED + id);
      }}
    >
      <summary className={styles.title}>{title}</summary>
      {open ? <div className={styles.content}>{children}</div> : null}
    </details>
  );
}

/** A full storage keeps it for this page only. */
function keep(key: string): void {
  try {
    localStorage.setItem(key, "1");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
