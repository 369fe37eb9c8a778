import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useState } from "react";

import { keyName } from "../kernel/key-names";
import { matchRank } from "../kernel/matching";
import { useCurrentCommands } from "../ui/commands";
import { Dialog } from "../ui/dialog";
import styles from "./palette.module.css";
import { isMac } from "./platform";
import { takeTyped } from "./typed-ahead";

interface Entry {
  id: string;
  label: string;
  detail: string;
  run: () => void;
}

/** Finds a command by its words and performs it. Each shows its key, so that the palette teaches it. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      title={t`Find and do`}
      classNames={{ header: styles.hidden }}
    >
      <Finder onClose={onClose} />
    </Dialog>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [entered, setEntered] = useState(false);
  const entries = useEntries(typed);
  const current = entries[Math.min(at, entries.length - 1)];

  function perform(entry: Entry | undefined): void {
    if (entry === undefined) return;
    onClose();
    entry.run();
  }

  /** Takes the keys that were pressed while the field appeared. */
  function catchUp(): void {
    const keys = takeTyped();
    const end = keys.indexOf("Enter");
    const words = end < 0 ? keys : keys.slice(0, end);
    setTyped((before) => words.reduce((text, key) => (key === "Backspace" ? text.slice(0, -1) : text + key), before));
    setEntered(end >= 0);
  }
  const performEntered = useEffectEvent(() => {
    if (entered) perform(current);
  });
  useEffect(() => performEntered(), [entered]);

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setAt((before) => (Math.min(before, entries.length - 1) + step + entries.length) % entries.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      perform(current);
    }
  }

  return (
    <>
      <input
        className={styles.field}
        role="combobox"
        aria-label={t`Find and do`}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={current === undefined ? undefined : `${list}-${current.id}`}
        placeholder={t`What do you want to do?`}
        value={typed}
        autoFocus
        data-autofocus
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        onFocus={catchUp}
      />
      <ul id={list} className={styles.list} role="listbox" aria-label={t`Commands`}>
        {entries.map((entry) => (
          // The keys of the field work on the list, which never has the focus itself.
          // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
          <li
            key={entry.id}
            id={`${list}-${entry.id}`}
            className={styles.entry}
            role="option"
            aria-selected={entry === current}
            onClick={() => perform(entry)}
          >
            <span className={styles.label}>{entry.label}</span>
            {entry.detail === "" ? null : <kbd className={styles.detail}>{entry.detail}</kbd>}
          </li>
        ))}
      </ul>
      {entries.length > 0 ? null : (
        <p className={styles.none} role="status">
          {t`Nothing is called that.`}
        </p>
      )}
    </>
  );
}

/** The commands that can be performed now and match, the best first. */
function useEntries(typed: string): Entry[] {
  const { i18n } = useLingui();
  const ranked: { entry: Entry; rank: number }[] = [];
  for (const { command, act } of useCurrentCommands().values()) {
    if (command.keyOnly === true || typeof act !== "function") continue;
    const label = i18n._(command.words);
    const also = command.alsoCalled === undefined ? "" : i18n._(command.alsoCalled);
    const rank = Math.max(matchRank(label, typed), also === "" ? 0 : matchRank(also, typed));
    const [key = ""] = command.keys ?? [];
    if (rank > 0) ranked.push({ entry: { id: command.id, label, detail: keyName(key, isMac), run: act }, rank });
  }
  return ranked.sort((a, b) => b.rank - a.rank || a.entry.label.localeCompare(b.entry.label)).map(({ entry }) => entry);
}
