import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, ifMatch, snoozeTicket } from "../../../api";
import type { Choice } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import { dayAndTime } from "../../../kernel/moments";
import { type Moment, momentAfter, momentsFrom } from "../../../kernel/snoozing";
import { inTurn } from "../../../live/changes";
import { putTickets, type Ticket, ticketIn } from "../../../live/entities";
import { useCommand } from "../../../ui/commands";
import { rememberAct, tell } from "../../../ui/last-act";
import { snooze } from "../commands";

const UNDO_MS = 10 * 60_000;

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

  async function set(until: Date | null, undo: boolean): Promise<void> {
    const version = ticketIn(cache, id)?.version ?? ticket.version;
    const body = { until: until?.toISOString() ?? null };
    const answer = await ask(snoozeTicket({ path: { ticket_id: id }, body, headers: ifMatch(version) }));
    if (!answer.ok) {
      const why = answer.problem.message || t`The server cannot be reached.`;
      if (undo) fail(why);
      else tell(t`Not undone: ${why}`, () => wait(until, false));
      return;
    }
    fail("");
    putTickets(cache, [answer.value]);
    const moment = until === null ? "" : dayAndTime(until.toISOString(), i18n.locale);
    rememberAct({
      words: until === null ? t`The ticket no longer waits` : t`The ticket waits until ${moment}`,
      until: Date.now() + UNDO_MS,
      undo: undo ? () => void wait(present === null ? null : new Date(present), false) : null,
    });
  }

  function wait(until: Date | null, undo = true): Promise<void> {
    return inTurn(id, () => set(until, undo));
  }

  function choose(typed: string): Choice[] {
    const now = new Date();
    const written = momentAfter(typed, now);
    const offered = momentsFrom(now).map((moment) => ({ moment, label: moment.id === "span" ? "" : words[moment.id] }));
    const found = offered.filter(({ label }) => typed.trim() === "" || matchRank(label, typed) > 0);
    const choices = written === null ? found : [{ moment: written, label: t`In ${typed}` }, ...found];
    const waiting = choices.map(({ moment, label }): Choice => {
      const detail = dayAndTime(moment.at.toISOString(), i18n.locale);
      return { id: moment.id, label, detail, run: () => void wait(moment.at) };
    });
    if (present === null || typed.trim() !== "") return waiting;
    return [...waiting, { id: "wake", label: t`No longer wait`, run: () => void wait(null) }];
  }

  useCommand(snooze, mayChange && !done ? { choose } : undefined);
}
