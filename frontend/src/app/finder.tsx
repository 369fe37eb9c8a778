import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useState } from "react";

import { around } from "../kernel/palette";
import { useCommandPage } from "../ui/commands";
import { type Entry, useEntries } from "./entries";
import styles from "./palette.module.css";
import { takeTyped } from "../ui/typed-ahead";

/** The palette's field and what it finds. While a command asks, its choices; `Backspace` then goes back. */
export function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const list = useId();
  const { asked, ask } = useCommandPage();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  // What was pressed before this was there, and an `Enter` that waits for what is looked for.
  const [queued, setQueued] = useState(takeTyped);
  const { entries, title, digits, looking } = useEntries(asked, typed);
  const current = entries[Math.min(at, entries.length - 1)];

  function perform(entry: Entry | undefined): void {
    if (entry === undefined) return;
    if (!entry.opens) onClose();
    entry.run();
  }

  function digitOf(key: string): Entry | undefined {
    return digits && typed === "" && /^[1-9]$/.test(key) ? entries[Number(key) - 1] : undefined;
  }

  function enter(): void {
    // The choices shown may still be those for fewer letters: another person than the one that was typed.
    if (looking && (current === undefined || asked !== null)) setQueued(["Enter"]);
    else perform(current);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const digit = digitOf(event.key);
    if (step !== undefined) setAt((before) => around(before, step, entries.length));
    else if (digit !== undefined) perform(digit);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) enter();
    else if (event.key === "Backspace" && typed === "" && asked !== null) ask(null);
    else return;
    event.preventDefault();
  }

  const [next] = queued;
  const handle = useEffectEvent(() => {
    if (next === undefined) return;
    const digit = digitOf(next);
    if (digit !== undefined) perform(digit);
    else if (next === "Enter") perform(current);
    else if (next === "Backspace") setTyped((before) => before.slice(0, -1));
    else setTyped((before) => before + next);
    setQueued((before) => before.slice(1));
  });
  // A letter goes into the field immediately; a digit or `Enter` picks what is known only now.
  const ready = next !== undefined && (!looking || (next !== "Enter" && !digits));
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => handle());
    return () => clearTimeout(timer);
  }, [ready, queued]);

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
          setQueued([]);
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
