import { useLingui } from "@lingui/react/macro";

import { useGone } from "../../../live/opening";
import { usePresence } from "../../../live/presence";
import { ColleagueMark } from "../../ticket";
import styles from "./ticket-row.module.css";

/** Who is on a ticket of a list now, and whether it no longer belongs to it. */
export function RowState({ id, gone }: { id: string; gone: boolean }) {
  const { t } = useLingui();
  const deleted = useGone(id) !== null;
  return (
    <>
      <Others id={id} />
      {gone || deleted ? (
        <span className={styles.why} data-deleted={deleted || undefined}>
          {deleted ? t`deleted` : t`no longer in this view`}
        </span>
      ) : null}
    </>
  );
}

/** The colleague who is on the ticket now, one who writes before one who looks. */
function Others({ id }: { id: string }) {
  const { t } = useLingui();
  const people = usePresence(id);
  const shown = people.find(({ activity }) => activity === "typing") ?? people[0];
  if (shown === undefined) return null;
  const { name } = shown;
  const words = shown.activity === "typing" ? t`${name} is writing` : t`${name} is looking`;
  return (
    <span className={styles.person} role="img" aria-label={words} title={words}>
      <ColleagueMark id={shown.id} name={name} size={20} activity={shown.activity} />
    </span>
  );
}
