import { Trans, useLingui } from "@lingui/react/macro";
import { useLayoutEffect, useRef } from "react";

import type { AttachmentView, CommentView, TicketDetail } from "../../../api";
import { dayOf, exactly, timeOfDay } from "../../../kernel/moments";
import { Button } from "../../../ui/fields";
import { LockIcon } from "../../../ui/icons";
import { ErrorState, LoadingState } from "../../../ui/state";
import styles from "./conversation.module.css";

interface Props {
  ticket: TicketDetail;
  comments: readonly CommentView[];
  loading: boolean;
  failure: string | null;
  /** Fetches the comments before these, if there are any. */
  earlier: (() => void) | undefined;
}

/** Replies and notes in one column, oldest first. It opens at its end and stays there while one reads it. */
export function Conversation({ ticket, comments, loading, failure, earlier }: Props) {
  const { t } = useLingui();
  const pane = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = comments.at(-1)?.id;
  useLayoutEffect(() => {
    if (atEnd.current && pane.current !== null) pane.current.scrollTop = pane.current.scrollHeight;
  }, [last]);
  return (
    <div
      ref={pane}
      className={styles.pane}
      // A region that scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
      tabIndex={0}
      role="feed"
      aria-label={t`Conversation`}
      aria-busy={loading}
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      <Message
        author={ticket.requester.name}
        toCustomer={false}
        isNote={false}
        body={ticket.description}
        moment={ticket.created_at}
        attachments={ticket.attachments}
        before={undefined}
      />
      {earlier === undefined ? null : (
        <Button size="xs" onClick={earlier}>
          <Trans>Show earlier messages</Trans>
        </Button>
      )}
      {loading ? <LoadingState lines={3} /> : null}
      {failure === null ? null : <ErrorState message={failure} />}
      {comments.map((comment, index) => (
        <Message
          key={comment.id}
          author={comment.author.name}
          toCustomer={comment.public && comment.author.is_staff}
          isNote={!comment.public}
          body={comment.body}
          moment={comment.created_at}
          attachments={comment.attachments}
          before={comments[index - 1]?.created_at ?? ticket.created_at}
        />
      ))}
    </div>
  );
}

interface MessageProps {
  author: string;
  toCustomer: boolean;
  isNote: boolean;
  body: string;
  moment: string;
  attachments: readonly AttachmentView[];
  before: string | undefined;
}

function Message({ author, toCustomer, isNote, body, moment, attachments, before }: MessageProps) {
  const { i18n, t } = useLingui();
  const day = dayOf(moment, i18n.locale);
  return (
    <>
      {before !== undefined && dayOf(before, i18n.locale) === day ? null : <h2 className={styles.day}>{day}</h2>}
      <article className={styles.message} data-note={isNote || undefined} aria-label={t`Message from ${author}`}>
        <header className={styles.head}>
          {isNote ? (
            <span className={styles.mark}>
              <LockIcon size={14} aria-hidden /> <Trans>Internal note</Trans>
            </span>
          ) : null}
          <strong>{author}</strong>
          {toCustomer ? <span className={styles.to}>→ {t`customer`}</span> : null}
          <time dateTime={moment} title={exactly(moment, i18n.locale)} className={styles.time}>
            {timeOfDay(moment, i18n.locale)}
          </time>
        </header>
        <div className={styles.body}>{body}</div>
        {attachments.length === 0 ? null : (
          <ul className={styles.files}>
            {attachments.map((file) => (
              <li key={file.id}>
                <a href={file.url} download={file.filename}>
                  {file.filename}
                </a>
              </li>
            ))}
          </ul>
        )}
      </article>
    </>
  );
}
