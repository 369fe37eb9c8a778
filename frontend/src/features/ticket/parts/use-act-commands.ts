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
import { tell } from "../../../ui/last-act";
import { copyAddress, remove } from "../commands";

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
      // In place of the ticket there is a pane that knows nothing of this: the act says so itself, and can be tried again.
      const why = answer.problem.message || t`The server cannot be reached.`;
      tell(t`Not undone: ${why}`, restore);
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
    setGone(cache, id, { at: new Date().toISOString(), event: place(), by: null });
    void cache.invalidateQueries({ queryKey: ["list"] });
    tell(t`Ticket #${number} deleted`, restore);
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
