import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";

import type { AttachmentView, CommentView } from "../../../api";
import { exactly, timeOfDay } from "../../../kernel/moments";
import { splitQuote } from "../../../kernel/quotes";
import { usePermission } from "../../../live/session";
import { LockIcon } from "../../../ui/icons";
import { PersonMark } from "../../../ui/person";
import { SafeHtml } from "../../../ui/safe-html";
import { Files } from "./files";
import { Held } from "./held";
import { HeldNotice, LazySaveCanned } from "../../composer";
import { MailOf } from "../../ticket-later";
import styles from "./message.module.css";

interface Author {
  readonly id: string;
  readonly name: string;
  readonly is_staff: boolean;
  readonly avatar_url: string | null;
}

interface Props {
  /** Identifies the message on the page; moves by `Shift ↑ ↓` and marks of unread words find it. */
  id: string;
  author: Author;
  requester: string;
  isNote: boolean;
  html: string;
  moment: string;
  edited?: string | null;
  attachments: readonly AttachmentView[];
  /** The comment, unless this is what the ticket was filed with. */
  comment?: CommentView;
  /** The ticket, where its first words came by mail. */
  mailed?: string | undefined;
}

/** One message. A note differs from a reply in five ways besides its colour. */
export function Message(props: Props) {
  const { id, author, requester, isNote, html, moment, edited, attachments, comment, mailed } = props;
  const { i18n, t } = useLingui();
  const { words, folded } = useMemo(() => splitQuote(html, parsed), [html]);
  const name = author.name;
  const waits = comment !== undefined && comment.state !== "sent";
  return (
    <article
      className={styles.message}
      id={`message-${id}`}
      tabIndex={-1}
      data-note={isNote || undefined}
      data-staff={author.is_staff || undefined}
      data-waits={waits || undefined}
      aria-label={isNote ? t`Internal note by ${name}` : t`Message from ${name}`}
    >
      <header className={styles.head}>
        <PersonMark id={author.id} name={name} staff={author.is_staff} picture={author.avatar_url} size={24} />
        <strong className={styles.name} dir="auto">
          {name}
        </strong>
        {isNote ? (
          <span className={styles.mark}>
            <LockIcon size={14} aria-hidden /> <Trans>Internal note</Trans>
          </span>
        ) : (
          <span className={styles.to} dir="auto">
            → {author.is_staff ? <bdi>{requester}</bdi> : <Trans>us</Trans>}
          </span>
        )}
        <span className={styles.when}>
          {edited == null ? null : (
            <span title={exactly(edited, i18n.locale)}>
              <Trans>edited</Trans>
            </span>
          )}
          <time dateTime={moment} title={exactly(moment, i18n.locale)}>
            {timeOfDay(moment, i18n.locale)}
          </time>
        </span>
      </header>
      <div data-words>
        <SafeHtml html={words} className={styles.body} />
      </div>
      {folded === "" ? null : (
        <details className={styles.folded}>
          <summary aria-label={t`Quoted text`} title={t`Quoted text`}>
            …
          </summary>
          <SafeHtml html={folded} className={styles.body} />
        </details>
      )}
      <Files files={attachments} />
      {comment === undefined ? null : <AfterWords comment={comment} isNote={isNote} waits={waits} />}
      {mailed === undefined ? null : <MailOf ticket={mailed} />}
    </article>
  );
}

/** How the message gets to its reader, or that it has not gone yet. */
function AfterWords({ comment, isNote, waits }: { comment: CommentView; isNote: boolean; waits: boolean }) {
  if (!waits) {
    return isNote ? null : (
      <div className={styles.after}>
        <MailOf comment={comment.id} deliveries={comment.deliveries} isReply={comment.author.is_staff} />
        {comment.author.is_staff ? <SaveReply content={comment.body} /> : null}
      </div>
    );
  }
  return (
    <>
      <Held comment={comment} />
      <HeldNotice comment={comment} />
    </>
  );
}

function parsed(html: string): Element {
  return new DOMParser().parseFromString(html, "text/html").body;
}

/** A good answer is kept for the next time. */
function SaveReply({ content }: { content: string }) {
  const [open, setOpen] = useState(false);
  const mayKeep = usePermission("canned:write");
  if (!mayKeep) return null;
  if (open) return <LazySaveCanned content={content} close={() => setOpen(false)} />;
  return (
    <button type="button" className={styles.keep} onClick={() => setOpen(true)}>
      <Trans>Save as canned response</Trans>
    </button>
  );
}
