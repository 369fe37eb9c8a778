import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, deleteTicket, ifMatch, restoreTicket } from "../../../api";
import { inTurn } from "../../../live/changes";
import { putTickets, type Ticket, ticketIn } from "../../../live/entities";
import { setGone } from "../../../live/opening";
import { place } from "../../../live/place";
import { usePermission } from "../../../live/session";
import { announce } from "../../../ui/announce";
import { useCommand } from "../../../ui/commands";
import { rememberAct } from "../../../ui/last-act";
import { copyAddress, remove } from "../commands";

/** A deleted ticket can be brought back by `Z` for this long. */
const UNDO_MS = 10 * 60_000;

/** The acts on a ticket as a whole: copying its address, deleting it. */
export function useActCommands(
  ticket: Ticket,
  fail: (words: string) => void,
): { copy: () => void; remove: (() => void) | undefined } {
  const { t } = useLingui();
  const cache = useQueryClient();
  const mayDelete = usePermission("tickets:delete");
  const { id, number } = ticket;

  async function restore(): Promise<void> {
    const answer = await ask(restoreTicket({ path: { ticket_id: id } }));
    if (!answer.ok) {
      fail(answer.problem.message || t`The server cannot be reached.`);
      return;
    }
    putTickets(cache, [answer.value]);
    setGone(cache, id, null);
    void cache.invalidateQueries({ queryKey: ["list"] });
  }

  async function hide(): Promise<void> {
    const version = ticketIn(cache, id)?.version ?? ticket.version;
    const answer = await ask(deleteTicket({ path: { ticket_id: id }, headers: ifMatch(version) }));
    if (!answer.ok) {
      fail(answer.problem.message || t`The server cannot be reached.`);
      return;
    }
    setGone(cache, id, { at: new Date().toISOString(), event: place() });
    void cache.invalidateQueries({ queryKey: ["list"] });
    rememberAct({ words: t`Ticket #${number} deleted`, until: Date.now() + UNDO_MS, undo: () => void restore() });
  }

  async function copy(): Promise<void> {
    const address = new URL(`/desk/tickets/${number}`, window.location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      announce(t`Address copied`);
    } catch {
      fail(t`The browser does not let the address be copied: ${address}`);
    }
  }

  const act = mayDelete ? () => void inTurn(id, hide) : undefined;
  useCommand(copyAddress, () => void copy());
  useCommand(remove, act);
  return { copy: () => void copy(), remove: act };
}
