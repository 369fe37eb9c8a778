import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState, useSyncExternalStore } from "react";

import type { Draft, DraftKind, DraftState } from "../../../live/drafts";
import { drop, onOutgoing, outgoing, retry } from "../../../live/sending";
import { useCurrentCommands } from "../../../ui/commands";
import { Button } from "../../../ui/button";
import type { ComposedTicket } from "./composed-ticket";
import styles from "./composer.module.css";
import type { Sending } from "./use-sending";

interface Props {
  draft: Draft;
  state: DraftState;
  ticket: ComposedTicket;
  kind: DraftKind;
  sending: Sending;
  /** Whether a colleague was mentioned. */
  mentions: boolean;
}

/** What there is to know before one sends: newer messages, another device, files that are missing, who sees names. */
export function DraftNotices({ draft, state, ticket, kind, sending, mentions }: Props) {
  const { t } = useLingui();
  const take = useCurrentCommands().get("ticket.take")?.act;
  const messages = useSyncExternalStore(onOutgoing, outgoing);
  const overtaken = messages.find(
    (each) => each.state === "overtaken" && each.ticketId === ticket.id && each.kind === kind,
  );
  const newer = overtaken?.newer ?? 0;
  return (
    <div className={styles.notices}>
      {overtaken === undefined ? null : (
        <p role="alert" className={styles.notice}>
          <Plural value={newer} one="# new message since you began" other="# new messages since you began" />
          <Button onClick={() => void retry(overtaken)}>
            <Trans>Send all the same</Trans>
          </Button>
          <Button onClick={() => drop(overtaken.key)}>
            <Trans>Change it</Trans>
          </Button>
        </p>
      )}
      {state.elsewhere === null ? null : <Elsewhere draft={draft} state={state} />}
      {state.discarded ? (
        <p role="status" className={styles.notice}>
          <Trans>Draft discarded</Trans>
          <Button onClick={() => draft.undiscard()}>
            <Trans>Undo</Trans>
          </Button>
        </p>
      ) : null}
      {sending.waiting ? (
        <p role="status" className={styles.notice}>
          <Trans>Sent as soon as the files are uploaded</Trans>
          <Button onClick={sending.stopWaiting}>
            <Trans>Do not send yet</Trans>
          </Button>
        </p>
      ) : null}
      {mentions && kind === "reply" && !state.blank ? (
        <p role="status" className={styles.notice}>
          <Trans>The customer sees the names that you mention</Trans>
        </p>
      ) : null}
      {ticket.assignee_id === null && !state.blank && typeof take === "function" ? (
        <p className={styles.notice}>
          <Trans>Nobody has this ticket</Trans>
          <Button onClick={take}>{t`Take it`}</Button>
        </p>
      ) : null}
    </div>
  );
}

/** Another device wrote to the same draft: both are there until one decides. */
function Elsewhere({ draft, state }: { draft: Draft; state: DraftState }) {
  const [shown, setShown] = useState(false);
  const there = state.elsewhere;
  if (there === null) return null;
  return (
    <div role="alert" className={styles.notice}>
      <Trans>Also written elsewhere</Trans>
      <Button onClick={() => setShown(!shown)}>
        <Trans>Show</Trans>
      </Button>
      <Button onClick={() => void draft.keepMine()}>
        <Trans>Keep this one</Trans>
      </Button>
      <Button onClick={() => draft.adopt(there)}>
        <Trans>Take the other one</Trans>
      </Button>
      {shown ? <blockquote className={styles.other}>{there.body}</blockquote> : null}
    </div>
  );
}
