import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useSyncExternalStore } from "react";

import type { Command } from "../kernel/commands";
import { LastActs, type Undoable } from "../kernel/last-act";
import { announce } from "./announce";
import { useCommand } from "./commands";
import styles from "./last-act.module.css";

export const undoCommand: Command = {
  id: "act.undo",
  words: msg`Undo the last act`,
  place: "everywhere",
  keys: ["z"],
};

const acts = new LastActs();

/** Shows an act at the foot of the page, where `Z` takes it back until it ends. Returns how to drop it earlier. */
export function rememberAct(act: Undoable): () => void {
  return acts.remember(act);
}

const TOLD_MS = 20_000;
const UNDO_MS = 10 * 60_000;

/** Says at the foot of the page what happened. With `undo` it can be taken back, or tried again, for as long as other acts. Returns how to drop it. */
export function tell(words: string, undo: Undoable["undo"] = null): () => void {
  return acts.remember({ words, until: Date.now() + (undo === null ? TOLD_MS : UNDO_MS), undo });
}

/** What was done last and can be taken back. For the foot of a pane. */
export function LastAct() {
  const { t } = useLingui();
  const act = useSyncExternalStore(acts.subscribe, acts.last);
  const words = act?.words;
  useCommand(undoCommand, act === null ? undefined : acts.undo);
  useEffect(() => {
    if (words !== undefined) announce(words, "last-act");
  }, [words]);
  if (act === null) return null;
  return (
    <div className={styles.act}>
      <span className={styles.words}>{act.words}</span>
      {act.undo === null ? null : (
        <button type="button" className={styles.undo} onClick={acts.undo}>
          <Trans>Undo</Trans> <kbd>Z</kbd>
        </button>
      )}
      <button type="button" className={styles.close} aria-label={t`Hide`} onClick={() => acts.drop(act)}>
        ×
      </button>
    </div>
  );
}
