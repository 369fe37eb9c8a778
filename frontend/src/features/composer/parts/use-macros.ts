import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { MacroView } from "../../../api";
import { matchRank } from "../../../kernel/matching";
import { undoMany } from "../../../live/bulk";
import { applyOne, macros } from "../../../live/macros";
import { usePermission } from "../../../live/session";
import { rememberAct } from "../../../ui/last-act";

/** As long as other changes of tickets can be taken back. */
const UNDO_MS = 600_000;
const TOLD_MS = 20_000;

interface MacroChoice {
  readonly id: string;
  readonly label: string;
  /** What it writes, for the list of choices. */
  readonly detail: string;
  readonly run: () => void;
}

/** The macros for a ticket, those first whose title matches best. Choosing one applies it immediately. */
export function useMacros(ticket: {
  id: string;
  requester: { name: string };
}): (typed: string) => Promise<MacroChoice[]> {
  const { t } = useLingui();
  const cache = useQueryClient();
  const usable = usePermission("macros:use");
  const requester = ticket.requester.name;

  function writes({ comment }: MacroView): string {
    if (comment === null) return t`macro`;
    return comment.public ? t`macro, sends a reply to ${requester}` : t`macro, adds a note`;
  }

  async function perform(macro: MacroView): Promise<void> {
    const { title } = macro;
    const applied = await applyOne(cache, macro, ticket.id);
    if ("operation" in applied) {
      const undo = () => void undoMany(cache, [applied.operation]);
      rememberAct({ words: t`Macro: ${title}`, until: Date.now() + UNDO_MS, undo });
      return;
    }
    const why = applied.problem || t`The server cannot be reached.`;
    rememberAct({ words: t`Macro “${title}” not applied: ${why}`, until: Date.now() + TOLD_MS, undo: null });
  }

  return async (typed) => {
    const found = usable ? await cache.query(macros).catch(() => []) : [];
    return found
      .map((macro) => ({ macro, rank: matchRank(macro.title, typed.trim()) }))
      .filter(({ rank }) => rank > 0)
      .sort((one, other) => other.rank - one.rank || one.macro.title.localeCompare(other.macro.title))
      .map(({ macro }) => ({
        id: macro.id,
        label: macro.title,
        detail: writes(macro),
        run: () => void perform(macro),
      }));
  };
}
