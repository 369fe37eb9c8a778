import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { PropertyRow } from "../../../ui/property";
import styles from "./tags.module.css";

interface Props {
  tags: readonly string[];
  add: (() => void) | undefined;
  remove: (tag: string) => void;
  trouble: ReactNode;
}

/** The tags of a ticket, each with its way off. */
export function Tags({ tags, add, remove, trouble }: Props) {
  const { t } = useLingui();
  return (
    <PropertyRow label={t`Tags`} hint="T" trouble={trouble}>
      {({ labelled, control }) => (
        <ul className={styles.tags} aria-labelledby={labelled}>
          {tags.map((name) => (
            <li key={name} className={styles.tag}>
              <span dir="auto">{name}</span>
              {add === undefined ? null : (
                <button type="button" aria-label={t`Remove tag ${name}`} onClick={() => remove(name)}>
                  ×
                </button>
              )}
            </li>
          ))}
          {add === undefined ? null : (
            <li>
              <button type="button" id={control} className={styles.add} aria-label={t`Add a tag`} onClick={add}>
                +
              </button>
            </li>
          )}
        </ul>
      )}
    </PropertyRow>
  );
}
