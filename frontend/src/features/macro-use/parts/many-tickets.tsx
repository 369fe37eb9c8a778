import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { MacroView, PreviewView } from "../../../api";
import { isDone, summedChanges, summedEffects, summedProblems } from "../../../kernel/macro-previews";
import { drawnTicket } from "../../../live/entities";
import styles from "./macro-use.module.css";
import { Words } from "./one-ticket";
import { useChangeWords } from "./use-change-words";

const NAMED = 8;

/** What a macro will do to several tickets: summed up, then each. */
export function ManyTickets({ macro, previews }: { macro: MacroView; previews: readonly PreviewView[] }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const said = useChangeWords(macro);
  const effects = useEffectWords();
  const done = previews.filter(isDone);
  const comment = done.find((each) => each.comment !== null)?.comment ?? null;
  const numbers = (ids: readonly string[]) =>
    ids
      .slice(0, NAMED)
      .map((id) => `#${drawnTicket(cache, id)?.number ?? "?"}`)
      .join(", ") + (ids.length > NAMED ? " …" : "");
  const counted = [
    ...summedChanges(previews).map(({ field, now, count }) => [said(field, now), count] as const),
    ...summedEffects(previews).map(([kind, count]) => [effects[kind] ?? kind, count] as const),
    ...(comment === null
      ? []
      : [[comment.public ? t`a reply to the customer` : t`an internal note`, done.length] as const]),
  ];
  return (
    <>
      {summedProblems(previews).map(({ message, ids }) => (
        <p key={message} role="alert" className={styles.problem}>
          {numbers(ids)}: {message}
        </p>
      ))}
      <ul className={styles.lines}>
        {counted.map(([words, count]) => (
          <li key={words}>
            <span dir="auto">{words}</span> · <Plural value={count} one="# ticket" other="# tickets" />
          </li>
        ))}
      </ul>
      {counted.length === 0 && done.length > 0 ? <Trans>It changes nothing.</Trans> : null}
      {comment === null ? null : <Words comment={comment} />}
      <details>
        <summary>
          <Trans>Each ticket</Trans>
        </summary>
        <ul className={styles.lines}>
          {done.map((each) => {
            const ticket = drawnTicket(cache, each.ticket_id);
            const changes = summedChanges([each]).map(({ field, now }) => said(field, now));
            return (
              <li key={each.ticket_id}>
                #{ticket?.number} <span dir="auto">{ticket?.subject}</span>: {changes.join(" · ") || "–"}
              </li>
            );
          })}
        </ul>
      </details>
    </>
  );
}

/** The kinds of effects besides changes and words. */
function useEffectWords(): Readonly<Record<string, string>> {
  const { t } = useLingui();
  return {
    mail: t`a mail`,
    notify: t`a notification`,
    webhook: t`a call of a webhook`,
    distribute: t`given to a member of the group`,
    escalate: t`escalated`,
    follow: t`gets followers`,
    unfollow: t`loses followers`,
  };
}
