import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";

import type { Answer, CommentView } from "../../../api";
import { type DraftKind, keepDraft, readDraft } from "../../../live/drafts";
import { useCommand } from "../../../ui/commands";
import { Button } from "../../../ui/fields";
import { LockIcon } from "../../../ui/icons";
import { note, reply } from "../commands";
import styles from "./composer.module.css";

interface Props {
  ticketId: string;
  requester: string;
  /** Adds the words to the ticket, and solves it then if `solve`. The answer says whether they were stored. */
  send: (body: string, isPublic: boolean, solve: boolean, key: string) => Promise<Answer<CommentView>>;
  newKey: () => string;
}

/** Reply and internal note: two drafts that differ in more than colour. Words leave it only once the server has them. */
export function Composer({ ticketId, requester, send, newKey }: Props) {
  const { t } = useLingui();
  const [kind, setKind] = useState<DraftKind>("reply");
  const [words, setWords] = useState(() => ({
    reply: readDraft(ticketId, "reply"),
    note: readDraft(ticketId, "note"),
  }));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const key = useRef("");
  const body = words[kind];
  const isNote = kind === "note";

  function write(text: string): void {
    setWords({ ...words, [kind]: text });
    keepDraft(ticketId, kind, text);
    key.current = "";
  }

  function open(chosen: DraftKind): void {
    setKind(chosen);
    setProblem("");
    field.current?.focus();
  }

  async function submit(solve: boolean): Promise<void> {
    if (body.trim() === "" || busy) return;
    setBusy(true);
    setProblem("");
    // The same words keep their key: sent again after a lost answer, they are stored once.
    key.current = key.current === "" ? newKey() : key.current;
    const answer = await send(body, !isNote, solve, key.current);
    setBusy(false);
    if (!answer.ok) {
      setProblem(answer.problem.message || t`Not sent: the server cannot be reached. Your words are kept.`);
      return;
    }
    key.current = "";
    setWords((now) => ({ ...now, [kind]: "" }));
    keepDraft(ticketId, kind, "");
  }

  useCommand(reply, () => open("reply"));
  useCommand(note, () => open("note"));
  return (
    <form
      className={styles.composer}
      data-note={isNote || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      <div className={styles.kinds} role="group" aria-label={t`Kind of message`}>
        <button type="button" aria-pressed={!isNote} onClick={() => open("reply")}>
          {t`Reply to ${requester}`}
        </button>
        <button type="button" aria-pressed={isNote} onClick={() => open("note")}>
          <LockIcon size={14} aria-hidden /> <Trans>Internal note</Trans>
        </button>
        {isNote ? (
          <span className={styles.hint}>
            <Trans>Only your team sees this</Trans>
          </span>
        ) : null}
      </div>
      <textarea
        ref={field}
        className={styles.words}
        aria-label={isNote ? t`Internal note` : t`Reply to ${requester}`}
        value={body}
        rows={body === "" ? 2 : 6}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit(event.shiftKey && !isNote);
        }}
      />
      {problem === "" ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.acts}>
        {isNote ? null : (
          <Button size="xs" disabled={busy || body.trim() === ""} onClick={() => void submit(true)}>
            <Trans>Send and solve</Trans>
          </Button>
        )}
        <Button size="xs" type="submit" variant="filled" loading={busy} disabled={body.trim() === ""}>
          {isNote ? <Trans>Add internal note</Trans> : t`Send to ${requester}`}
        </Button>
      </div>
    </form>
  );
}
