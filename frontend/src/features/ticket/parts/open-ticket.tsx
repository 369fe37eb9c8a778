import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { addComment, type Answer, ask, type CommentView, newKey, once } from "../../../api";
import { change } from "../../../live/changes";
import { putTickets, type Ticket, ticketIn } from "../../../live/entities";
import { type Conversation as Kept, fetchLatest, keepComment } from "../../../live/opening";
import { look, usePresence } from "../../../live/presence";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { Button } from "../../../ui/fields";
import { Composer } from "../../composer";
import { solve, take } from "../commands";
import { Conversation } from "./conversation";
import { Others } from "./others";
import { Properties } from "./properties";
import styles from "./ticket-pane.module.css";

/** A ticket that is there. */
export function OpenTicket({ ticket, conversation }: { ticket: Ticket; conversation: Kept }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const member = useMember();
  const { id, number } = ticket;
  const others = usePresence(id);
  const done = ticket.status === "solved" || ticket.status === "closed";
  useEffect(() => look(id), [id]);

  function turn(): void {
    void change(cache, id, { sets: { status: done ? "open" : "solved" } });
  }

  async function send(body: string, isPublic: boolean, solved: boolean, key: string): Promise<Answer<CommentView>> {
    const update = solved ? { update: { status: "solved" as const } } : {};
    const answer = await ask(
      addComment({ path: { ticket_id: id }, body: { body, public: isPublic, ...update }, headers: once(key) }),
    );
    if (answer.ok) {
      keepComment(cache, answer.value, null);
      const now = ticketIn(cache, id);
      // The answer lacks the ticket, whose event brings the rest.
      if (solved && now !== undefined) putTickets(cache, [{ ...now, status: "solved" }]);
      void cache.invalidateQueries({ queryKey: ["list"] });
      void fetchLatest(cache, id);
    }
    return answer as Answer<CommentView>;
  }

  useCommand(solve, turn);
  useCommand(
    take,
    ticket.assignee_id === member.id
      ? undefined
      : () => void change(cache, id, { sets: { assignee_id: member.id }, shows: { assignee: me(member) } }),
  );
  return (
    <article className={styles.ticket} aria-label={t`Ticket #${number}`}>
      <header className={styles.head}>
        <h1 className={styles.subject}>
          <span className={styles.number}>#{number}</span> <span dir="auto">{ticket.subject}</span>
        </h1>
        <Others people={others} />
        <Button size="xs" onClick={turn}>
          {done ? <Trans>Reopen</Trans> : <Trans>Solve</Trans>}
        </Button>
      </header>
      <Conversation ticket={ticket} known={conversation} />
      <Composer ticketId={id} requester={ticket.requester.name} send={send} newKey={newKey} />
      <Properties ticket={ticket} />
    </article>
  );
}

function me({ id, name, email }: { id: string; name: string; email: string }) {
  return { id, name, email, avatar_url: null };
}
