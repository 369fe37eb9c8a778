import { useLingui } from "@lingui/react/macro";
import {
  type ComponentProps,
  type KeyboardEvent,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import type { SuggestionView } from "../../../api";
import { around } from "../../../kernel/palette";
import styles from "./query-field.module.css";
import { useSuggestions } from "./use-suggestions";

interface Props extends Omit<ComponentProps<"input">, "value" | "onChange" | "type" | "role" | "ref" | "className"> {
  text: string;
  onText: (text: string) => void;
  /** What `⏎` does where no proposal is chosen; without it the key is left to the form. */
  onEnter?: () => void;
  /** What `Esc` does where no proposals show; without it the key is left to the page. */
  onEscape?: () => void;
  field: RefObject<HTMLInputElement | null>;
}

/** A text in the search language, with proposals for its next part. */
export function QueryField({ text, onText, onEnter, onEscape, field, ...rest }: Props) {
  const { t } = useLingui();
  const list = useId();
  /** Where the caret goes with a proposal that was taken. */
  const moved = useRef<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(-1);
  const { items: suggestions, position, length } = useSuggestions(text, caret);
  const about = useAbout();
  useLayoutEffect(() => {
    if (moved.current !== null) field.current?.setSelectionRange(moved.current, moved.current);
    moved.current = null;
  }, [field, text]);

  function write(next: string, place: number): void {
    onText(next);
    setCaret(place);
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
    else if (event.key === "Enter" && onEnter !== undefined) {
      setCaret(null);
      setAt(-1);
      onEnter();
    } else if (event.key === "Escape" && caret !== null && suggestions.length > 0) setCaret(null);
    else if (event.key === "Escape" && onEscape !== undefined) onEscape();
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.line}>
      <input
        {...rest}
        ref={field}
        className={styles.field}
        type="text"
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={at === -1 ? undefined : `${list}-${at}`}
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
      <ul id={list} role="listbox" className={styles.list} aria-label={t`Proposals`} hidden={suggestions.length === 0}>
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
  );
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
