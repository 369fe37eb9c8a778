import { Plural, Trans, useLingui } from "@lingui/react/macro";

import { type Command, keysFor } from "../../../kernel/commands";
import { counted } from "../../../kernel/numbers";
import { keyName } from "../../../kernel/key-names";
import { selectedCount, type Selection } from "../../../kernel/selection";
import { usePreferences } from "../../../live/preferences";
import { useCommandPage, useCurrentCommands } from "../../../ui/commands";
import { tag, assign, group, macro, setPriority, setStatus, solve, take } from "../../ticket";
import styles from "./bulk-bar.module.css";

interface Props {
  selection: Selection;
  total: number;
  all: () => void;
  done: () => void;
}

/** How many tickets are selected, and what can be done to all of them: the same keys as on one. */
export function BulkBar({ selection, total, all, done }: Props) {
  const { t, i18n } = useLingui();
  const everything = counted(total, i18n.locale);
  const count = selectedCount(selection, total);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t`Selected tickets`}>
      <p className={styles.count} role="status">
        <Plural value={count} one="# selected" other="# selected" />
        {selection.all || count >= total ? null : (
          <button type="button" className={styles.link} onClick={all}>
            <Trans>Select all {everything}</Trans>
          </button>
        )}
        <button type="button" className={styles.link} onClick={done}>
          <Trans>Clear</Trans>
        </button>
      </p>
      <div className={styles.acts}>
        <Act command={solve} words={t`Solve`} />
        <Act command={take} words={t`Take`} />
        <Act command={setStatus} words={t`Status`} />
        <Act command={setPriority} words={t`Priority`} />
        <Act command={assign} words={t`Assign`} />
        <Act command={tag} words={t`Tag`} />
        <Act command={group} words={t`Group`} />
        <Act command={macro} words={t`Macro`} />
      </div>
    </div>
  );
}

function Act({ command, words }: { command: Command; words: string }) {
  const preferences = usePreferences();
  const { ask } = useCommandPage();
  const act = useCurrentCommands().get(command.id)?.act;
  if (act === undefined) return null;
  return (
    <button
      type="button"
      className={styles.act}
      onClick={() => {
        if (typeof act === "function") act();
        else ask(command.id);
      }}
    >
      {words} <kbd>{keyName(keysFor(command, preferences)[0] ?? "", false)}</kbd>
    </button>
  );
}
