import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { ask, deleteNotification, markAllRead, markRead, type NotificationView, type Problem } from "../../../api";
import { ago, exactly } from "../../../kernel/moments";
import { counted } from "../../../kernel/numbers";
import { noticesQuery, useUnreadNotices } from "../../../live/notices";
import { useNow } from "../../../live/now";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Checkbox } from "../../../ui/checks";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { RemoveIcon } from "../../../ui/icons";
import { useAddress } from "../../../ui/manage/use-address";
import { EmptyState, ErrorState, LoadingState } from "../../../ui/state";
import styles from "./notifications-page.module.css";

/** What happened that concerns the member; each leads to where it happened. */
export default function NotificationsPage() {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const { all, change } = useAddress();
  const unreadOnly = all["unread"] === "yes";
  const query = useInfiniteQuery(noticesQuery(unreadOnly));
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const notices = query.data?.pages.flatMap((page) => page.data) ?? [];
  const unread = useUnreadNotices();

  const count = counted(unread, i18n.locale);
  const marks = unread === 0 ? t`All are read` : t`Mark all ${count} as read`;

  async function perform(act: ReturnType<typeof ask>): Promise<void> {
    const answer = await act;
    setProblem(answer.ok ? undefined : answer.problem);
    await changed(cache, "notices");
  }

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>
          <Trans>Notifications</Trans>
        </h1>
        <Checkbox
          label={t`Unread only`}
          checked={unreadOnly}
          onChange={(event) => change({ unread: event.currentTarget.checked ? "yes" : "" })}
        />
        <Button disabled={unread === 0} onClick={() => void perform(ask(markAllRead()))}>
          {marks}
        </Button>
      </header>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      {query.isPending ? <LoadingState lines={8} height={40} /> : null}
      {query.error === null ? null : <ErrorState message={query.error.message} retry={() => void query.refetch()} />}
      {query.data !== undefined && notices.length === 0 ? <None unreadOnly={unreadOnly} /> : null}
      <ul className={styles.rows} aria-label={t`Notifications`}>
        {notices.map((notice) => (
          <Notice key={notice.id} notice={notice} perform={perform} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      ) : null}
    </div>
  );
}

function None({ unreadOnly }: { unreadOnly: boolean }) {
  const { t } = useLingui();
  return (
    <EmptyState title={unreadOnly ? t`Nothing is unread` : t`No notifications yet`}>
      <Trans>You are told of mentions, of tickets that become yours, and of deadlines.</Trans>
    </EmptyState>
  );
}

interface NoticeProps {
  notice: NotificationView;
  perform: (act: ReturnType<typeof ask>) => Promise<void>;
}

function Notice({ notice, perform }: NoticeProps) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const now = new Date(useNow());
  const { id, title, message, read, link, created_at: at } = notice;
  const path = { notification_id: id };

  function open(): void {
    if (!read) void perform(ask(markRead({ path })));
    void navigate({ to: link.replace(/^\/desk/, "").replace(/#.*$/, "") as never });
  }

  return (
    <li className={styles.row} data-unread={!read || undefined}>
      <button type="button" className={styles.open} onClick={open}>
        <span className={styles.name} dir="auto">
          {read ? null : <span className={styles.dot} role="img" aria-label={t`unread`} />}
          {title}
        </span>
        <time className={styles.moment} dateTime={at} title={exactly(at, i18n.locale)}>
          {ago(at, now, i18n.locale)}
        </time>
        <span className={styles.words} dir="auto">
          {message}
        </span>
      </button>
      <button
        type="button"
        className={styles.remove}
        aria-label={t`Delete “${title}”`}
        title={t`Delete`}
        onClick={() => void perform(ask(deleteNotification({ path })))}
      >
        <RemoveIcon size={16} aria-hidden />
      </button>
    </li>
  );
}
