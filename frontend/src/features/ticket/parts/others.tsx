import { useLingui } from "@lingui/react/macro";
import { useEffect, useEffectEvent, useRef } from "react";

import type { Present } from "../../../live/presence";
import { announce } from "../../../ui/announce";
import { ColleagueMark } from "./colleague-mark";
import styles from "./others.module.css";

/** The colleagues who are on the ticket now. */
export function Others({ people }: { people: readonly Present[] }) {
  const { t } = useLingui();
  useTold(people);
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

/** Says once of each colleague that they write here: their pauses are no news. */
function useTold(people: readonly Present[]): void {
  const { t } = useLingui();
  const told = useRef(new Set<string>());
  const writing = people.filter(({ activity }) => activity === "typing");
  const tell = useEffectEvent(() => {
    for (const { id, name } of writing) {
      if (told.current.has(id)) continue;
      told.current.add(id);
      announce(t`${name} is writing`);
    }
  });
  const ids = writing.map(({ id }) => id).join(" ");
  useEffect(() => tell(), [ids]);
}
