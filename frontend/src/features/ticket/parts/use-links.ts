import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { Choice } from "../../../kernel/commands";
import { lookUp } from "../../../live/directory";
import { link, linksOf, unlink } from "../../../live/links";
import { useCommand } from "../../../ui/commands";
import { rememberAct } from "../../../ui/last-act";
import { link as linkCommand } from "../commands";

const UNDO_MS = 10 * 60_000;

export interface Other {
  readonly id: string;
  readonly number: number;
  /** Links that came by mail say more than those by hand, so that a removed one would not come back as it was. */
  readonly byMail: boolean;
}

/** How tickets are linked and unlinked; each takes the other back by `Z`. `fail` says why not; an empty text that it was. */
export function useLinking(ticketId: string, fail: (words: string) => void) {
  const { t } = useLingui();
  const cache = useQueryClient();

  function remember(words: string, undo: (() => void) | null): void {
    rememberAct({ words, until: Date.now() + UNDO_MS, undo });
  }

  async function add(other: Other): Promise<void> {
    const { id, number } = other;
    const problem = await link(cache, ticketId, id);
    fail(problem === null ? "" : problem.message || t`Not linked: the server cannot be reached.`);
    if (problem === null) remember(t`Linked with #${number}`, () => void remove(other));
  }

  async function remove(other: Other): Promise<void> {
    const { id, number, byMail } = other;
    const problem = await unlink(cache, ticketId, id);
    fail(problem === null ? "" : problem.message || t`Not removed: the server cannot be reached.`);
    if (problem === null) remember(t`No longer linked with #${number}`, byMail ? null : () => void add(other));
  }

  return { add, remove };
}

/** The key that links a ticket with one that is named by its number or words. */
export function useLinkCommand(ticketId: string, mayChange: boolean, fail: (words: string) => void): void {
  const cache = useQueryClient();
  const { add } = useLinking(ticketId, fail);

  async function choose(typed: string): Promise<Choice[]> {
    const links = cache.getQueryData(linksOf(ticketId).queryKey) ?? [];
    const known = new Set([ticketId, ...links.map((each) => each.ticket_id)]);
    const found = await lookUp(cache, "ticket", typed.trim());
    return found
      .filter(({ id }) => !known.has(id))
      .map(({ id, name, detail }) => ({
        id,
        label: name,
        detail,
        run: () => void add({ id, number: Number(detail.slice(1)), byMail: false }),
      }));
  }

  useCommand(linkCommand, mayChange ? { choose } : undefined);
}
