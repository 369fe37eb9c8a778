import { Trans, useLingui } from "@lingui/react/macro";
import { useSyncExternalStore } from "react";

import { drop, onOutgoing, outgoing, type Outgoing, retry } from "../../../live/sending";
import { Button } from "../../../ui/button";
import { LastAct } from "../../../ui/last-act";
import styles from "./outgoing-notices.module.css";
import { useComingBack } from "./use-coming-back";

/** What was done last and can be taken back; and messages of any ticket that could not be sent. Their words are in the drafts of their tickets. */
export function OutgoingNotices() {
  const { t } = useLingui();
  const messages = useSyncExternalStore(onOutgoing, outgoing);
  const unsent = messages.filter(({ state }) => state === "failed");
  const slow = messages.filter(({ state, tries }) => state === "sending" && tries > 0);
  return (
    <div className={styles.notices}>
      <div className={styles.last}>
        <LastAct />
      </div>
      {slow.map(({ key, to, number }) => (
        <p key={key} role="status" className={styles.slow}>
          {t`Message to ${to} (#${number}) waits for the connection`}
        </p>
      ))}
      {unsent.map((message) => (
        <Unsent key={message.key} message={message} />
      ))}
    </div>
  );
}

function Unsent({ message }: { message: Outgoing }) {
  const { t } = useLingui();
  const comeBack = useComingBack(message.number);
  const { number, to } = message;
  const reason = message.problem || t`The server cannot be reached.`;
  return (
    <div role="alert" className={styles.notice}>
      <p>
        {message.kind === "note" ? <Trans>Note on #{number} not added</Trans> : t`Reply to ${to} (#${number}) not sent`}
        . {reason}
      </p>
      <Button onClick={() => void retry(message).done}>
        <Trans>Retry</Trans>
      </Button>
      <Button
        onClick={() => {
          drop(message.key);
          comeBack(message.kind, message.ticketId);
        }}
      >
        <Trans>Edit</Trans>
      </Button>
    </div>
  );
}
