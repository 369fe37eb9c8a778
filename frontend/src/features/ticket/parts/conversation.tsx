import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { TimelineEntryView } from "../../../api";
import { dayOf } from "../../../kernel/moments";
import { keyOf, piecesOf, type Piece } from "../../../kernel/timeline";
import type { Ticket } from "../../../live/entities";
import { type Conversation as Kept, fetchEarlier } from "../../../live/opening";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { Button } from "../../../ui/button";
import { files, messageAfter, messageBefore, unread } from "../commands";
import styles from "./conversation.module.css";
import { Message } from "./message";
import { focusedMessage, focusFile, moveFocus } from "./moving";
import { Steps } from "./steps";
import { usePlace } from "./use-place";
import { useReading } from "./use-reading";

/** Nearer to the beginning than this, in pixels, the part before is fetched. */
const EARLIER_NEAR = 400;

/** Replies, notes and steps in one stream, oldest first. Opens at the first new words, else at its end. */
export function Conversation({ ticket, known }: { ticket: Ticket; known: Kept }) {
  const { i18n, t } = useLingui();
  const member = useMember();
  const place = usePlace(known);
  const { pane } = place;
  const reading = useReading(ticket, known, place.atEnd);
  const { readBefore } = reading;
  const earlier = useEarlier(ticket.id, known);
  const [now] = useState(() => new Date());
  const day = (moment: string) => dayOf(moment, now, i18n.locale);
  const begun = known.next === null ? ticket.created_at : null;
  const pieces = piecesOf({ ...known, read: readBefore }, member.id, day, begun);

  useCommand(messageBefore, () => moveFocus(pane.current, -1));
  useCommand(messageAfter, () => moveFocus(pane.current, 1));
  useCommand(files, () => focusFile(pane.current));
  useCommand(unread, () => reading.markUnread(focusedMessage(pane.current)));
  return (
    <div className={styles.around}>
      <div
        ref={pane}
        className={styles.pane}
        // A region that scrolls must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
        tabIndex={0}
        role="feed"
        aria-label={t`Conversation`}
        aria-busy={earlier.busy}
        onScroll={(event) => {
          place.note();
          if (event.currentTarget.scrollTop < EARLIER_NEAR) earlier.fetch?.();
        }}
      >
        <div className={styles.stream}>
          {earlier.fetch === undefined ? (
            <First ticket={ticket} day={day(ticket.created_at)} />
          ) : (
            <article className={styles.earlier} aria-label={t`Earlier messages`}>
              <Button size="xs" loading={earlier.busy} onClick={earlier.fetch}>
                <Trans>Show earlier messages</Trans>
              </Button>
              {earlier.failed ? (
                <span role="alert" className={styles.failed}>
                  <Trans>They could not be fetched.</Trans>
                </span>
              ) : null}
            </article>
          )}
          {pieces.map((piece) => (
            <PieceView key={keyOfPiece(piece)} piece={piece} ticket={ticket} day={day} />
          ))}
        </div>
      </div>
      {!place.missed ? null : (
        <button type="button" className={styles.missed} onClick={place.toEnd}>
          <Trans>New messages</Trans> ↓
        </button>
      )}
    </div>
  );
}

function First({ ticket, day }: { ticket: Ticket; day: string }) {
  if (ticket.description === undefined) return null;
  const author = { ...ticket.requester, is_staff: false };
  return (
    <>
      <div className={styles.day}>{day}</div>
      <Message
        id="first"
        author={author}
        requester={ticket.requester.name}
        isNote={false}
        html={ticket.description_html ?? ""}
        moment={ticket.created_at}
        attachments={ticket.attachments ?? []}
        mailed={ticket.channel === "email" ? ticket.id : undefined}
      />
    </>
  );
}

interface PieceProps {
  piece: Piece<TimelineEntryView>;
  ticket: Ticket;
  day: (moment: string) => string;
}

function PieceView({ piece, ticket, day }: PieceProps) {
  if (piece.kind === "day") return <div className={styles.day}>{day(piece.moment)}</div>;
  if (piece.kind === "steps") return <Steps entries={piece.entries} />;
  if (piece.kind === "new") {
    return (
      <div className={styles.new} data-new>
        <Trans>New since you looked</Trans>
      </div>
    );
  }
  const { comment } = piece.entry;
  if (comment === null) return null;
  return (
    <Message
      id={comment.id}
      author={comment.author}
      requester={ticket.requester.name}
      isNote={!comment.public}
      html={comment.body_html}
      moment={comment.created_at}
      edited={comment.edited_at}
      attachments={comment.attachments}
      comment={comment}
    />
  );
}

function keyOfPiece(piece: Piece<TimelineEntryView>): string {
  if (piece.kind === "day") return `day ${piece.moment}`;
  if (piece.kind === "new") return "new";
  if (piece.kind === "message") return keyOf(piece.entry);
  return piece.entries[0] === undefined ? "" : keyOf(piece.entries[0]);
}

function useEarlier(id: string, known: Kept) {
  const cache = useQueryClient();
  const [state, setState] = useState<"rest" | "busy" | "failed">("rest");
  async function fetch(): Promise<void> {
    if (state === "busy") return;
    setState("busy");
    try {
      await fetchEarlier(cache, id);
      setState("rest");
    } catch {
      setState("failed");
    }
  }
  const more = known.next !== null;
  return { busy: state === "busy", failed: state === "failed", fetch: more ? () => void fetch() : undefined };
}
