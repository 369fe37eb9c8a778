import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { CommentView } from "../../../api";
import { fetchLatest } from "../../../live/opening";
import styles from "./held.module.css";

/** The server sends within this time after the moment it has named. */
const GRACE_MS = 2_000;
/** The longest time for which the server holds a message back. */
const LONGEST_MS = 30_000;

/** The state of a message that is not sent: still held, or refused with the reason. */
export function Held({ comment }: { comment: CommentView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const { state, send_at: moment, ticket_id: ticket } = comment;
  useEffect(() => {
    if (state !== "held" || moment === null) return undefined;
    // This browser's clock may be wrong by any time.
    const wait = Math.min(Math.max(0, new Date(moment).getTime() - Date.now()), LONGEST_MS) + GRACE_MS;
    // Its event may be lost with the connection.
    const timer = setTimeout(() => void fetchLatest(cache, ticket), wait);
    return () => clearTimeout(timer);
  }, [cache, state, moment, ticket]);
  if (state === "failed") {
    const reason = comment.failure ?? "";
    return (
      <p className={styles.failed} role="alert">
        {t`Not sent: ${reason}`}
      </p>
    );
  }
  return (
    <p className={styles.held} role="status">
      <span className={styles.ring} aria-hidden /> <Trans>Sending …</Trans>
    </p>
  );
}
