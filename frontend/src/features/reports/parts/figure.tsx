import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { change } from "../../../kernel/periods";
import { PlaceLink } from "../../../ui/place";
import { listOf } from "./list-link";
import styles from "./reports.module.css";

interface Props {
  label: string;
  value: number | null;
  /** The same figure of the days before, if it is compared. */
  before: number | null | undefined;
  /** How the figure is written. */
  write: (value: number) => string;
  /** Finds its tickets. */
  query?: string | null;
  children?: ReactNode;
}

/** A large number with its label, its list, and how it has changed. */
export function Figure({ label, value, before, write, query = null, children }: Props) {
  const { i18n } = useLingui();
  const shown = value === null ? "–" : write(value);
  const grown = value === null || before == null ? null : change(value, before);
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent", signDisplay: "exceptZero" });
  const then = before == null ? "–" : write(before);
  return (
    <li className={styles.figure}>
      <span>{label}</span>
      <span className={styles.number}>
        {query === null || value === null || value === 0 ? shown : <PlaceLink to={listOf(query)}>{shown}</PlaceLink>}
      </span>
      {before === undefined ? null : (
        <span className={styles.then}>
          <Trans>before: {then}</Trans>
          {grown === null ? "" : ` (${percent.format(grown / 100)})`}
        </span>
      )}
      {children}
    </li>
  );
}
