import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  addComment,
  type Answer,
  ask,
  type CommentView,
  ifMatch,
  newKey,
  once,
  type TicketDetail,
  type UpdateTicket,
  updateTicket,
} from "../../../api";
import { useMember } from "../../../live/session";
import { conversation, ticket as ticketQuery } from "../../../live/tickets";
import { useCommand } from "../../../ui/commands";
import { Button } from "../../../ui/fields";
import { ErrorState, LoadingState } from "../../../ui/state";
import { Composer } from "../../composer";
import { solve, take } from "../commands";
import { Conversation } from "./conversation";
import { Properties } from "./properties";
import styles from "./ticket-pane.module.css";

/** A ticket: its conversation, its properties and the composer. */
export function TicketPane({ id }: { id: string }) {
  const found = useQuery(ticketQuery(id));
  if (found.isPending) return <LoadingState retry={() => void found.refetch()} />;
  if (found.isError) return <ErrorState message={found.error.message} retry={() => void found.refetch()} />;
  return <Open key={id} ticket={found.data} />;
}

function Open({ ticket }: { ticket: TicketDetail }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const member = useMember();
  const comments = useInfiniteQuery(conversation(ticket.id));
  const [problem, setProblem] = useState("");
  const done = ticket.status === "solved" || ticket.status === "closed";

  async function refresh(): Promise<void> {
    await Promise.all([
      cache.invalidateQueries({ queryKey: ["ticket", ticket.id] }),
      cache.invalidateQueries({ queryKey: ["comments", ticket.id] }),
      cache.invalidateQueries({ queryKey: ["list"] }),
    ]);
  }

  async function change(body: UpdateTicket): Promise<void> {
    const path = { ticket_id: ticket.id };
    const answer = await ask(updateTicket({ path, body, headers: ifMatch(ticket.version) }));
    if (!answer.ok && answer.problem.status === 412) {
      setProblem(t`A colleague changed this ticket in the meantime. This is the new state; please choose again.`);
    } else {
      setProblem(answer.ok ? "" : answer.problem.message || t`Not changed: the server cannot be reached.`);
    }
    await refresh();
  }

  async function send(body: string, isPublic: boolean, solved: boolean, key: string): Promise<Answer<CommentView>> {
    const path = { ticket_id: ticket.id };
    const answer = await ask(addComment({ path, body: { body, public: isPublic }, headers: once(key) }));
    if (answer.ok && solved) {
      const status = await ask(updateTicket({ path, body: { status: "solved" } }));
      const reason = status.ok ? "" : status.problem.message;
      setProblem(status.ok ? "" : t`The reply was sent, but the ticket could not be solved: ${reason}`);
    }
    if (answer.ok) await refresh();
    return answer as Answer<CommentView>;
  }

  useCommand(solve, () => void change({ status: done ? "open" : "solved" }));
  useCommand(take, ticket.assignee_id === member.id ? undefined : () => void change({ assignee_id: member.id }));
  const number = ticket.number;
  const all = (comments.data?.pages ?? []).flatMap((page) => page.comments).toReversed();
  return (
    <article className={styles.ticket} aria-label={t`Ticket #${number}`}>
      <header className={styles.head}>
        <h1 className={styles.subject}>
          <span className={styles.number}>#{ticket.number}</span> {ticket.subject}
        </h1>
        <Button size="xs" onClick={() => void change({ status: done ? "open" : "solved" })}>
          {done ? <Trans>Reopen</Trans> : <Trans>Solve</Trans>}
        </Button>
      </header>
      {problem === "" ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <Conversation
        ticket={ticket}
        comments={all}
        loading={comments.isPending}
        failure={comments.isError ? comments.error.message : null}
        earlier={comments.hasNextPage ? () => void comments.fetchNextPage() : undefined}
      />
      <Composer ticketId={ticket.id} requester={ticket.requester.name} send={send} newKey={newKey} />
      <Properties ticket={ticket} change={change} />
    </article>
  );
}
