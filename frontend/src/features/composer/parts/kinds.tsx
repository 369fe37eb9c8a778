import { Trans, useLingui } from "@lingui/react/macro";

import type { DraftKind } from "../../../live/drafts";
import { usePermission } from "../../../live/session";
import { LockIcon } from "../../../ui/icons";
import styles from "./composer.module.css";

interface Props {
  requester: string;
  /** The open one; `null` while the composer is one line. */
  shown: DraftKind | null;
  unsent: Readonly<Record<DraftKind, boolean>>;
  open: (kind: DraftKind) => void;
}

/** The choice between reply and note; it also says who will see the words. */
export function Kinds({ requester, shown, unsent, open }: Props) {
  const { t } = useLingui();
  const mayNote = usePermission("comments:internal");
  return (
    <div className={styles.kinds} role="group" aria-label={t`Kind of message`}>
      <button type="button" aria-pressed={shown === "reply"} onClick={() => open("reply")}>
        {t`Reply to ${requester}`} {shown === null ? <kbd>R</kbd> : null}
        {shown === "note" && unsent.reply ? <Unsent /> : null}
      </button>
      {mayNote ? (
        <button type="button" aria-pressed={shown === "note"} onClick={() => open("note")}>
          <LockIcon size={14} aria-hidden /> <Trans>Internal note</Trans> {shown === null ? <kbd>N</kbd> : null}
          {shown === "reply" && unsent.note ? <Unsent /> : null}
        </button>
      ) : null}
      {shown === "note" ? (
        <span className={styles.hint}>
          <Trans>Only your team sees this</Trans>
        </span>
      ) : null}
    </div>
  );
}

function Unsent() {
  const { t } = useLingui();
  return <span className={styles.unsent} role="img" aria-label={t`Has a draft`} title={t`Has a draft`} />;
}
