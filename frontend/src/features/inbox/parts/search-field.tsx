import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useRef, useState } from "react";

import type { Problem } from "../../../api";
import type { Narrowing, View } from "../../../kernel/views";
import { useCommand } from "../../../ui/commands";
import { QueryChips, QueryField } from "../../search";
import { searchList } from "../commands";
import { SaveView } from "./save-view";
import styles from "./search-field.module.css";

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
  const wrong = useId();
  const field = useRef<HTMLInputElement>(null);
  const [written, setWritten] = useState({ from: words, text: words });
  const text = written.from === words ? written.text : words;
  useCommand(searchList, () => field.current?.select());

  function search(q: string): void {
    narrow({ q: q.trim() });
  }

  return (
    <div className={styles.search} role="search">
      <QueryField
        field={field}
        text={text}
        onText={(next) => setWritten({ from: words, text: next })}
        onEnter={() => {
          search(text);
          field.current?.blur();
        }}
        onEscape={() => field.current?.blur()}
        enterKeyHint="search"
        aria-label={t`Search in this list`}
        aria-invalid={problem === null ? undefined : true}
        aria-describedby={problem === null ? undefined : wrong}
        placeholder={t`Search, or priority:urgent`}
      />
      {problem === null ? null : (
        <p id={wrong} className={styles.problem} role="alert">
          {Object.values(problem.fields)[0] ?? problem.message}
        </p>
      )}
      <QueryChips words={words} onWords={search}>
        <span className={styles.acts}>
          <button type="button" className={styles.link} onClick={() => search("")}>
            <Trans>Clear</Trans>
          </button>
          {problem === null ? <SaveView base={base} words={words} /> : null}
        </span>
      </QueryChips>
    </div>
  );
}
