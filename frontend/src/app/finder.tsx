import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useId, useState } from "react";

import { around } from "../kernel/palette";
import { useCommandPage } from "../ui/commands";
import { type Entry, useEntries } from "./entries";
import styles from "./palette.module.css";

/** The palette's field and what it finds. While a command asks, its choices; `Backspace` then goes back. */
export function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const list = useId();
  const { asked, ask } = useCommandPage();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { entries, title, digits, looking } = useEntries(asked, typed);
  const current = entries[Math.min(at, entries.length - 1)];

  function perform(entry: Entry | undefined): void {
    if (entry === undefined) return;
    if (!entry.opens) onClose();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const digit = digits && typed === "" && /^[1-9]$/.test(event.key) ? entries[Number(event.key) - 1] : undefined;
    if (step !== undefined) setAt((before) => around(before, step, entries.length));
    else if (digit !== undefined) perform(digit);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) perform(current);
    else if (event.key === "Backspace" && typed === "" && asked !== null) ask(null);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <input
        className={styles.field}
        role="combobox"
        aria-label={title ?? t`Find and do`}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={current === undefined ? undefined : `${list}-${current.id}`}
        placeholder={title ?? t`Find a ticket, a person or something to do`}
        value={typed}
        autoFocus
        data-autofocus
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} className={styles.list} role="listbox" aria-label={t`Found`} aria-busy={looking}>
        {entries.map((entry, index) => (
          <Found
            key={entry.id}
            id={`${list}-${entry.id}`}
            entry={entry}
            digit={digits && typed === "" && index < 9 ? String(index + 1) : ""}
            current={entry === current}
            perform={perform}
          />
        ))}
      </ul>
      {entries.length > 0 ? null : (
        <p className={styles.none} role="status">
          {looking ? t`Looking …` : t`Nothing is called that.`}
        </p>
      )}
    </>
  );
}

interface FoundProps {
  id: string;
  entry: Entry;
  digit: string;
  current: boolean;
  perform: (entry: Entry) => void;
}

function Found({ id, entry, digit, current, perform }: FoundProps) {
  return (
    // The keys of the field work on the list, which never has the focus itself.
    // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
    <li
      id={id}
      ref={current ? showInList : undefined}
      className={styles.entry}
      role="option"
      aria-selected={current}
      onClick={() => perform(entry)}
    >
      {digit === "" ? null : <kbd className={styles.digit}>{digit}</kbd>}
      <span className={styles.label}>{entry.label}</span>
      {entry.kind === "" ? null : <span className={styles.kind}>{entry.kind}</span>}
      {entry.detail === "" ? null : <kbd className={styles.detail}>{entry.detail}</kbd>}
    </li>
  );
}

function showInList(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}
