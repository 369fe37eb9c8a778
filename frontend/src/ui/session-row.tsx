import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./session-row.module.css";

interface SessionRowProps {
  /** The browser and its system. */
  device: string;
  /** When and from where, in short. */
  detail: ReactNode;
  /** When exactly. */
  title: string;
  /** The button that ends it: its word, its name for a screen reader, and its act. */
  end?: { word: string; name: string; act: () => void } | undefined;
}

/** A session of a user, as an item of a list. The features have the words: they are loaded with their pages. */
export function SessionRow({ device, detail, title, end }: SessionRowProps) {
  return (
    <li className={styles.session}>
      <div>
        <div>{device}</div>
        <div className={styles.when} title={title}>
          {detail}
        </div>
      </div>
      {end === undefined ? null : (
        <Button aria-label={end.name} onClick={end.act}>
          {end.word}
        </Button>
      )}
    </li>
  );
}
