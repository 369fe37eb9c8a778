import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import type { ChipView } from "../../../api";
import { type Chip, chipsOf, placeAt, without } from "../../../kernel/chips";
import styles from "./query-chips.module.css";
import { useParsed } from "./use-suggestions";

interface Props {
  words: string;
  /** Takes the words without the part that was removed. */
  onWords: (words: string) => void;
  children?: ReactNode;
}

/** The parts of a text in the search language as the server reads them, each with a way to remove it. */
export function QueryChips({ words, onWords, children }: Props) {
  const parsed = useParsed(words);
  if (words === "") return null;
  return (
    <div className={styles.chips}>
      {chipsOf(words).map((chip) => (
        <ChipMark
          key={chip.start}
          chip={chip}
          read={parsed?.find(({ position: point }) => placeAt(words, point) === chip.start)}
          remove={() => onWords(without(words, chip))}
        />
      ))}
      {children}
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
