import { useLingui } from "@lingui/react/macro";

import type { ImportDetails } from "../../../api";
import styles from "./transfers.module.css";

/** Lines of the file with what was wrong or adjusted. */
export function Lines({ title, lines }: { title: string; lines: ImportDetails["refused"] }) {
  const { t } = useLingui();
  if (lines.length === 0) return null;
  return (
    <section className={styles.part} aria-label={title}>
      <h2>{title}</h2>
      {/* A wide table scrolls in its own box, which the keyboard must reach. */}
      {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t`Line`}</th>
              <th scope="col">{t`Field`}</th>
              <th scope="col">{t`Reason`}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ line, field, message }, index) => (
              // The same line may be named twice with the same words.
              <tr key={`${line}.${index}`}>
                <td>{line}</td>
                <td>{field}</td>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
