import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ago } from "../../../kernel/moments";
import { change, forgetTroubles, type Trouble } from "../../../live/changes";
import { useNow } from "../../../live/now";
import styles from "./trouble-words.module.css";

interface Props {
  ticketId: string;
  name: string;
  trouble: Trouble | undefined;
  /** The present value, as people read it. */
  present: string;
  /** The value that was chosen, as people read it; empty where that is not known. */
  wanted?: string;
}

/** Longer values would not fit on a button. */
const LONGEST = 32;

/** Why a field does not have the value that was chosen, with the ways out. */
export function TroubleWords({ ticketId, name, trouble, present, wanted = "" }: Props) {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const now = new Date(useNow());
  if (trouble === undefined) return null;
  const again = () => void change(cache, ticketId, trouble.wanted);
  const leave = () => forgetTroubles(cache, ticketId, [name]);
  if (trouble.kind === "refused") {
    return (
      <span className={styles.trouble} role="alert">
        {trouble.unreachable ? t`Not changed: the server cannot be reached.` : trouble.message}{" "}
        <Act onClick={again}>
          <Trans>Try again</Trans>
        </Act>
        <Act onClick={leave}>
          <Trans>Leave it</Trans>
        </Act>
      </span>
    );
  }
  if (trouble.kind === "needed") {
    return (
      <span className={styles.trouble} role="alert">
        {trouble.message}
      </span>
    );
  }
  const who = trouble.by ?? t`A colleague`;
  const when = trouble.at === null ? "" : ago(trouble.at, now, i18n.locale);
  return (
    <span className={styles.trouble} role="alert">
      {when === "" ? t`${who} set this to ${present}.` : t`${who} set this to ${present} (${when}).`}{" "}
      <Act onClick={leave}>{isShort(present) ? t`Keep ${present}` : t`Keep it`}</Act>
      <Act onClick={again}>{isShort(wanted) ? t`Set ${wanted}` : t`Set mine`}</Act>
    </span>
  );
}

function isShort(words: string): boolean {
  return words !== "" && words.length <= LONGEST;
}

function Act({ onClick, children }: { onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className={styles.act} onClick={onClick}>
      {children}
    </button>
  );
}
