import { type ReactNode, useState } from "react";

import styles from "./section.module.css";

const FOLDED = "deskbell.folded.";
const OPENED = "deskbell.opened.";

interface Props {
  id: string;
  title: string;
  /** Folded until it is opened on this device. */
  folded?: boolean;
  children: ReactNode;
}

/** A part of a pane that can be folded; what is folded or opened stays so on this device. */
export function Section({ id, title, folded = false, children }: Props) {
  const key = (folded ? OPENED : FOLDED) + id;
  const [open, setOpen] = useState(() => (localStorage.getItem(key) === null) !== folded);
  return (
    <details
      className={styles.section}
      open={open}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        setOpen(now);
        if (now === folded) keep(key);
        else localStorage.removeItem(key);
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
