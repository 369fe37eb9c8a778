import { useLingui } from "@lingui/react/macro";

import type { Present } from "../../../live/presence";
import { ColleagueMark } from "./colleague-mark";
import styles from "./others.module.css";

/** The colleagues who are on the ticket now. */
export function Others({ people }: { people: readonly Present[] }) {
  const { t } = useLingui();
  if (people.length === 0) return null;
  return (
    <ul className={styles.others} aria-label={t`Also here`}>
      {people.map(({ id, name, activity }) => {
        const words = activity === "typing" ? t`${name} is writing` : t`${name} is looking`;
        return (
          <li key={id} title={words} className={styles.other}>
            <ColleagueMark id={id} name={name} size={24} activity={activity} />
            <span className={activity === "typing" ? styles.writes : styles.silent}>{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
