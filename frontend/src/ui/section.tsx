import { type ReactNode, useState } from "react";

import styles from "./section.module.css";

const FOLDED = "deskbell.folded.";
const OPENED = "deskbell.opened.";

interface Props {
  id: string;
  title: string;
  /** Folded until it is opened on this device. */
  folded?: boolean;
  /** Something in it is asked for: shown, even if it is folded otherwise. */
  asked?: boolean;
  children: ReactNode;
}

/** A part of a pane that can be folded; what is folded or opened stays so on this device. */
export function Section({ id, title, folded = false, asked = false, children }: Props) {
  const key = (folded ? OPENED : FOLDED) + id;
  const [open, setOpen] = useState(() => (localStorage.getItem(key) === null) !== folded);
  const shown = open || asked;
  return (
    <details
      className={styles.section}
      open={shown}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        if (now === shown) return;
        setOpen(now);
        if (now === folded) keep(key);
        else localStorage.removeItem(key);
      }}
    >
      <summary className={styles.title}>{title}</summary>
      {shown ? <div className={styles.content}>{children}</div> : null}
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
