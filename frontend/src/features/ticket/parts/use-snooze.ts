import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, ifMatch, serverNow, snoozeTicket } from "../../../api";
import type { Choice } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import { dayAndTime } from "../../../kernel/moments";
import { type Moment, momentAfter, momentsFrom } from "../../../kernel/snoozing";
import { inTurn } from "../../../live/changes";
import { putTickets, type Ticket, ticketIn } from "../../../live/entities";
import { useCommand } from "../../../ui/commands";
import { tell } from "../../../ui/last-act";
import { snooze } from "../commands";

/** The key that lets a ticket wait until a moment. `fail` says why it does not. */
export function useSnoozeCommand(ticket: Ticket, mayChange: boolean, fail: (words: string) => void): void {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const { id, snoozed_until: present } = ticket;
  const done = ticket.status === "solved" || ticket.status === "closed";
  const words: Readonly<Record<Exclude<Moment["id"], "span">, string>> = {
    later: t`In three hours`,
    tomorrow: t`Tomorrow morning`,
    monday: t`On Monday morning`,
    week: t`In a week`,
  };

  /** Returns why the ticket does not wait, or null. */
  async function set(until: string | null): Promise<string | null> {
    const version = ticketIn(cache, id)?.version ?? ticket.version;
    const answer = await ask(snoozeTicket({ path: { ticket_id: id }, body: { until }, headers: ifMatch(version) }));
    if (!answer.ok) return answer.problem.message || t`The server cannot be reached.`;
    putTickets(cache, [answer.value]);
    return null;
  }

  /** The act can be taken back from the key press on: the undo waits until the server has taken the act. */
  function wait(until: string | null): Promise<void> {
    let before: string | null | undefined;
    const forget = tell(wordsFor(until), () =>
      inTurn(id, async () => (before === undefined ? undefined : await takeBack(before))),
    );
    return inTurn(id, async () => {
      const was = ticketIn(cache, id)?.snoozed_until ?? null;
      const why = await set(until);
      fail(why ?? "");
      if (why === null) before = was;
      else forget();
    });
  }

  async function takeBack(before: string | null): Promise<void> {
    const why = await set(before);
    if (why === null) tell(wordsFor(before));
    else tell(t`Not undone: ${why}`, () => inTurn(id, () => takeBack(before)));
  }

  function wordsFor(until: string | null): string {
    if (until === null) return t`The ticket no longer waits`;
    const moment = dayAndTime(until, i18n.locale);
    return t`The ticket waits until ${moment}`;
  }

  function choose(typed: string): Choice[] {
    const now = new Date(serverNow());
    const written = momentAfter(typed, now);
    const offered = momentsFrom(now).map((moment) => ({ moment, label: moment.id === "span" ? "" : words[moment.id] }));
    const found = offered.filter(({ label }) => typed.trim() === "" || matchRank(label, typed) > 0);
    const choices = written === null ? found : [{ moment: written, label: t`In ${typed}` }, ...found];
    const waiting = choices.map(({ moment, label }): Choice => {
      const detail = dayAndTime(moment.at.toISOString(), i18n.locale);
      return { id: moment.id, label, detail, run: () => void wait(moment.at.toISOString()) };
    });
    if (present === null || typed.trim() !== "") return waiting;
    return [...waiting, { id: "wake", label: t`No longer wait`, run: () => void wait(null) }];
  }

  useCommand(snooze, mayChange && !done ? { choose } : undefined);
}
