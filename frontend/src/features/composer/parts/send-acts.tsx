import { Trans, useLingui } from "@lingui/react/macro";

import { STATUS_WORDS } from "../status-words";
import type { DraftKind, DraftState } from "../../../live/drafts";
import { Button } from "../../../ui/button";
import { DiscardIcon, MenuIcon, RemoveIcon } from "../../../ui/icons";
import styles from "./composer.module.css";
import type { Pending, Sending } from "./use-sending";

interface Props {
  kind: DraftKind;
  requester: string;
  state: DraftState;
  pending: Pending;
  setPending: (pending: Pending) => void;
  sending: Sending;
  discard: () => void;
}

/** The chips of the changes that are sent with the words, where the draft is, and Send with the name of its reader. */
export function SendActs({ kind, requester, state, pending, setPending, sending, discard }: Props) {
  const { t, i18n } = useLingui();
  const { status, assignee } = pending;
  const name = assignee?.name ?? "";
  const empty = state.blank && state.files.length === 0;
  return (
    <div className={styles.acts}>
      {status === undefined ? null : (
        <Chip label={i18n._(STATUS_WORDS[status])} remove={() => setPending(without(pending, "status"))} />
      )}
      {assignee === undefined ? null : (
        <Chip label={t`Assignee: ${name}`} remove={() => setPending(without(pending, "assignee"))} />
      )}
      <span className={styles.place} role="status">
        {state.place === "server" ? <Trans>Draft saved</Trans> : null}
        {state.place === "here" ? <Trans>Draft kept here</Trans> : null}
      </span>
      {empty ? null : (
        <button type="button" className={styles.tool} aria-label={t`Discard the draft`} onClick={discard}>
          <DiscardIcon size={16} aria-hidden />
        </button>
      )}
      <span className={styles.sends}>
        {kind === "note" ? null : (
          <Button disabled={state.blank} onClick={() => sending.start("solved")}>
            <Trans>Send and solve</Trans>
          </Button>
        )}
        <span className={styles.split}>
          <Button variant="filled" disabled={state.blank} onClick={() => sending.start()}>
            {kind === "note" ? <Trans>Add internal note</Trans> : t`Send to ${requester}`}
          </Button>
          <Button
            variant="filled"
            className={styles.more ?? ""}
            disabled={state.blank}
            aria-label={t`Send and set the status`}
            onClick={sending.chooseStatus}
          >
            <MenuIcon size={14} aria-hidden />
          </Button>
        </span>
      </span>
    </div>
  );
}

function without(pending: Pending, name: keyof Pending): Pending {
  return Object.fromEntries(Object.entries(pending).filter(([each]) => each !== name));
}

function Chip({ label, remove }: { label: string; remove: () => void }) {
  const { t } = useLingui();
  return (
    <span className={styles.chip}>
      {label}
      <button type="button" className={styles.tool} aria-label={t`Leave ${label} out`} onClick={remove}>
        <RemoveIcon size={12} aria-hidden />
      </button>
    </span>
  );
}
