import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";

import type { ChipView, Problem, SuggestionView } from "../../../api";
import { type Chip, chipsOf, placeAt, without } from "../../../kernel/chips";
import { around } from "../../../kernel/palette";
import type { Narrowing, View } from "../../../kernel/views";
import { useCommand } from "../../../ui/commands";
import { searchList } from "../commands";
import { SaveView } from "./save-view";
import styles from "./search-field.module.css";
import { useParsed, useSuggestions } from "./use-suggestions";

interface Props {
  base: View;
  words: string;
  /** Why the server could not read the words. */
  problem: Problem | null;
  narrow: (changes: Narrowing) => void;
}

/** The search of a list: a text in the search language, with its parts as chips and proposals for the next. */
export function SearchField({ base, words, problem, narrow }: Props) {
  const { t } = useLingui();
  const list = useId();
  const wrong = useId();
  const field = useRef<HTMLInputElement>(null);
  /** Where the caret goes with a proposal that was taken. */
  const moved = useRef<number | null>(null);
  const [written, setWritten] = useState({ from: words, text: words });
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(-1);
  const text = written.from === words ? written.text : words;
  const { items: suggestions, position, length } = useSuggestions(text, caret);
  const about = useAbout();
  const parsed = useParsed(words);
  useCommand(searchList, () => field.current?.select());
  useLayoutEffect(() => {
    if (moved.current !== null) field.current?.setSelectionRange(moved.current, moved.current);
    moved.current = null;
  }, [written]);

  function write(next: string, place: number): void {
    setWritten({ from: words, text: next });
    setCaret(place);
    setAt(-1);
  }

  function search(q: string): void {
    narrow({ q: q.trim() });
    setCaret(null);
    setAt(-1);
  }

  function take({ text: proposed, kind }: SuggestionView): void {
    const end = kind === "operator" ? "" : " ";
    const next = `${text.slice(0, position)}${proposed}${end}${text.slice(position + length).trimStart()}`;
    const place = position + proposed.length + end.length;
    write(next, place);
    moved.current = place;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const suggestion = suggestions[at];
    if (step !== undefined && suggestions.length > 0) setAt(around(at, step, suggestions.length));
    else if ((event.key === "Enter" || event.key === "Tab") && suggestion !== undefined) take(suggestion);
    else if (event.key === "Enter") {
      search(text);
      field.current?.blur();
    } else if (event.key === "Escape" && caret !== null && suggestions.length > 0) setCaret(null);
    else if (event.key === "Escape") field.current?.blur();
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.search} role="search">
      <div className={styles.line}>
        <input
          ref={field}
          className={styles.field}
          type="text"
          role="combobox"
          enterKeyHint="search"
          aria-label={t`Search in this list`}
          aria-expanded={suggestions.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={at === -1 ? undefined : `${list}-${at}`}
          aria-invalid={problem === null ? undefined : true}
          aria-describedby={problem === null ? undefined : wrong}
          placeholder={t`Search, or priority:urgent`}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) =>
            write(event.currentTarget.value, event.currentTarget.selectionStart ?? event.currentTarget.value.length)
          }
          onFocus={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => setCaret(null)}
          onKeyDown={onKeyDown}
        />
        <ul
          id={list}
          role="listbox"
          className={styles.list}
          aria-label={t`Proposals`}
          hidden={suggestions.length === 0}
        >
          {suggestions.map((suggestion, index) => (
            // The keys of the field work on the list.
            // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
            <li
              key={suggestion.text}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <span dir="auto">{suggestion.label}</span>
              <span className={styles.about}>{suggestion.detail ?? about(suggestion)}</span>
            </li>
          ))}
        </ul>
      </div>
      {problem === null ? null : (
        <p id={wrong} className={styles.problem} role="alert">
          {Object.values(problem.fields)[0] ?? problem.message}
        </p>
      )}
      {words === "" ? null : (
        <div className={styles.chips}>
          {chipsOf(words).map((chip) => (
            <ChipMark
              key={chip.start}
              chip={chip}
              read={parsed?.find(({ position: point }) => placeAt(words, point) === chip.start)}
              remove={() => search(without(words, chip))}
            />
          ))}
          <span className={styles.acts}>
            <button type="button" className={styles.link} onClick={() => search("")}>
              <Trans>Clear</Trans>
            </button>
            {problem === null ? <SaveView base={base} words={words} /> : null}
          </span>
        </div>
      )}
    </div>
  );
}

/** A part of the search: `read` is how the server understood it, with whole names and what is wrong. */
function ChipMark({ chip, read, remove }: { chip: Chip; read: ChipView | undefined; remove: () => void }) {
  const { t } = useLingui();
  const { text } = chip;
  const wrong = useFault(read);
  return (
    <span
      className={styles.chip}
      data-negated={chip.negated || undefined}
      data-wrong={wrong !== undefined || undefined}
    >
      {chip.negated ? <span className={styles.not}>{t`not`}</span> : null}
      {chip.operator === null ? null : <span className={styles.operator}>{chip.operator}</span>}
      <span className={styles.value} dir="auto">
        {shownValue(chip, read)}
      </span>
      {wrong === undefined ? null : <span className={styles.wrong}>{wrong}</span>}
      <button type="button" className={styles.remove} aria-label={t`Remove ‹${text}›`} onClick={remove}>
        ×
      </button>
    </span>
  );
}

/** What is wrong with a part of the search; `undefined` if nothing is, or it is not known yet. */
function useFault(read: ChipView | undefined): string | undefined {
  const { t } = useLingui();
  if (read === undefined) return undefined;
  if (read.error !== null) return read.error.message;
  return read.values.some(({ matches }) => matches === 0) ? t`nothing is called so` : undefined;
}

/** The value with whole names, where the server has read it. */
function shownValue({ operator, value }: Chip, read: ChipView | undefined): string {
  if (operator === null || read === undefined || read.values.length === 0) return value;
  const names = read.values.map(({ label }) => label).join(", ");
  return read.comparison === null || read.comparison === ":" ? names : `${read.comparison} ${names}`;
}

/** What an operator takes, in a few words. */
function useAbout(): (suggestion: SuggestionView) => string {
  const { t } = useLingui();
  const about: Readonly<Record<string, string>> = {
    "status:": t`new, open, pending …`,
    "priority:": t`low to urgent`,
    "assignee:": t`me, none, a name`,
    "requester:": t`who asks`,
    "tag:": t`a tag`,
    "group:": t`a group`,
    "category:": t`a category`,
    "breached:": t`a missed deadline`,
    "created>": t`a day, or > and < a day`,
    "updated>": t`a day, or > and < a day`,
    "solved>": t`a day, or > and < a day`,
  };
  return ({ text }) => about[text] ?? "";
}
