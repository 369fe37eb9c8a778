import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import type { MailOfReply, Status } from "../../../api";
import type { Draft, DraftKind, DraftState } from "../../../live/drafts";
import { preferencesQuery } from "../../../live/preferences";
import { outgoing, send, type Update } from "../../../live/sending";
import { useMember, usePermission } from "../../../live/session";
import { undo } from "../../../live/undoing";
import { useCommand, useCommandPage, useCurrentCommands } from "../../../ui/commands";
import { rememberAct, tell } from "../../../ui/last-act";
import { STATUS_WORDS } from "../status-words";
import { sendAndSolve, sendAs, sendWords } from "../commands";
import type { ComposedTicket } from "./composed-ticket";
import { useComingBack } from "./use-coming-back";

/** What is to change in the ticket when the words are sent. */
export interface Pending {
  readonly status?: Status;
  readonly assignee?: { readonly id: string; readonly name: string };
  /** The recipients that the author named. */
  readonly mail?: MailOfReply | undefined;
}

export interface Sending {
  /** Sends now, or when the files are there; `status` is set with it. */
  start: (status?: Status) => void;
  /** Shows the choice of a status. */
  chooseStatus: () => void;
  readonly waiting: boolean;
  stopWaiting: () => void;
}

interface Circumstances {
  ticket: ComposedTicket;
  kind: DraftKind;
  draft: Draft;
  state: DraftState;
  /** The number of files that are not there yet. */
  busy: number;
  pending: Pending;
  form: RefObject<HTMLElement | null>;
  close: () => void;
}

const ORDER: readonly Status[] = ["new", "open", "pending", "hold", "solved", "closed"];

/** Sending: by button and key, with a status, undone by `Z`, and on to the next ticket after a solve. */
export function useSending({ ticket, kind, draft, state, busy, pending, form, close }: Circumstances): Sending {
  const { t, i18n } = useLingui();
  const member = useMember();
  const preferences = useQuery(preferencesQuery).data;
  const mayHold = usePermission("tickets:update");
  const goOn = useGoingOn();
  const comeBack = useComingBack(ticket.number);
  const { ask } = useCommandPage();
  const [waiting, setWaiting] = useState<{ status: Status | undefined } | null>(null);

  function start(status?: Status): void {
    if (draft.state().blank) return;
    if (busy > 0) setWaiting({ status });
    else depart(status);
  }

  function depart(status: Status | undefined): void {
    setWaiting(null);
    const update = changesOf(pending, status);
    const requester = ticket.requester.name;
    const seconds = mayHold ? (preferences?.undo_seconds ?? 10) : 0;
    const to = { memberId: member.id, ticketId: ticket.id, number: ticket.number, kind, to: requester };
    const { key, done } = send(to, update, seconds, kind === "reply" ? pending.mail : undefined);
    close();
    const words = kind === "note" ? t`Note is being added` : t`Reply to ${requester} is being sent`;
    if (seconds > 0) {
      const forget = rememberAct({
        words,
        until: inSeconds(seconds),
        undo: async () => {
          await done;
          const held = outgoing().find((each) => each.key === key);
          if (held?.commentId == null) return;
          const found = await undo(member.id, held.commentId);
          if (!("code" in found)) comeBack(kind, ticket.id);
          else {
            // Its own button takes it back as long as it is held.
            const why = found.message || t`The server cannot be reached.`;
            tell(t`Not undone: ${why}`);
          }
        },
      });
      void done.then(() => {
        if (outgoing().find((each) => each.key === key)?.state !== "held") forget();
      });
    }
    if (update?.status === "solved" || update?.status === "closed") goOn(preferences?.after_solve ?? "next");
  }

  const arrived = useEffectEvent(() => {
    if (waiting !== null) depart(waiting.status);
  });
  useEffect(() => {
    if (busy === 0) arrived();
  }, [busy, waiting]);

  const within = (act: () => void) => () => {
    if (form.current?.contains(document.activeElement) === true) act();
  };
  const ready = !state.blank;
  useCommand(
    sendWords,
    within(() => start()),
  );
  useCommand(
    sendAndSolve,
    within(() => start("solved")),
  );
  useCommand(
    sendAs,
    ready
      ? {
          digits: true,
          choose: (typed) =>
            ORDER.map((status) => ({ status, label: i18n._(STATUS_WORDS[status]) }))
              .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()))
              .map(({ status, label }) => ({ id: status, label, run: () => start(status) })),
        }
      : undefined,
  );
  return { start, chooseStatus: () => ask(sendAs.id), waiting: waiting !== null, stopWaiting: () => setWaiting(null) };
}

function inSeconds(seconds: number): number {
  return Date.now() + seconds * 1_000;
}

function changesOf(pending: Pending, status: Status | undefined): Update | null {
  const wanted = status ?? pending.status;
  const update = {
    ...(wanted === undefined ? {} : { status: wanted }),
    ...(pending.assignee === undefined ? {} : { assignee_id: pending.assignee.id }),
  };
  return Object.keys(update).length === 0 ? null : update;
}

/** Where one goes after a solve: the next ticket, nowhere, or back to the list. */
function useGoingOn(): (after: "next" | "stay" | "list") => void {
  const commands = useCurrentCommands();
  const navigate = useNavigate();
  const { view }: { view?: string } = useParams({ strict: false });
  return (after) => {
    const next = commands.get("list.next")?.act;
    if (after === "next" && typeof next === "function") next();
    if (after === "list") void navigate({ to: "/inbox/$view", params: { view: view ?? "mine" } });
  };
}
