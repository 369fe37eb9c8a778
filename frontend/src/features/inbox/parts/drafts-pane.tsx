import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { counted } from "../../../kernel/numbers";
import { ago, exactly } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { drafts } from "../../../live/views";
import { LockIcon, ViewsIcon } from "../../../ui/icons";
import { EmptyState, ErrorState, LoadingState } from "../../../ui/state";
import styles from "./drafts-pane.module.css";
import head from "./list-head.module.css";
import pane from "./list-pane.module.css";

interface Props {
  openNumber: number | null;
  open: (number: number) => void;
  onViews: () => void;
}

/** What one has begun to write and not sent, latest first. */
export function DraftsPane({ openNumber, open, onViews }: Props) {
  const { t, i18n } = useLingui();
  const found = useQuery({ ...drafts, refetchOnMount: "always" });
  const count = found.data?.length;
  return (
    <section className={pane.pane} aria-label={t`Drafts`} data-pane tabIndex={-1}>
      <header className={head.head}>
        <button type="button" className={head.views} aria-label={t`Views`} onClick={onViews}>
          <ViewsIcon size={18} aria-hidden />
        </button>
        <h1 className={head.name}>
          <Trans>Drafts</Trans>
          {count === undefined ? null : <span className={head.total}> · {counted(count, i18n.locale)}</span>}
        </h1>
      </header>
      {found.isPending ? <LoadingState lines={6} height={32} /> : null}
      {found.isError ? <ErrorState message={found.error.message} retry={() => void found.refetch()} /> : null}
      {count === 0 ? <EmptyState title={t`Nothing is waiting to be sent`} /> : null}
      <ul className={styles.list}>
        {(found.data ?? []).map((draft) => (
          <li key={draft.id}>
            <Draft draft={draft} current={draft.ticket.number === openNumber} open={() => open(draft.ticket.number)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DraftProps {
  draft: { kind: string; body: string; updated_at: string; ticket: { number: number; subject: string } };
  current: boolean;
  open: () => void;
}

function Draft({ draft, current, open }: DraftProps) {
  const { t, i18n } = useLingui();
  const now = new Date(useNow());
  const { kind, body, updated_at: at, ticket } = draft;
  return (
    <button type="button" className={styles.draft} aria-current={current ? "true" : undefined} onClick={open}>
      <span className={styles.line}>
        <span className={styles.subject}>
          #{ticket.number} <bdi>{ticket.subject}</bdi>
        </span>
        <time className={styles.time} dateTime={at} title={exactly(at, i18n.locale)}>
          {ago(at, now, i18n.locale)}
        </time>
      </span>
      <span className={styles.words} data-note={kind === "note" ? true : undefined}>
        {kind === "note" ? <LockIcon size={12} role="img" aria-label={t`Internal note`} /> : null}{" "}
        {body === "" ? t`no words yet` : body}
      </span>
    </button>
  );
}
