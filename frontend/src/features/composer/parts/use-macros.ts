import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { MacroView } from "../../../api";
import { matchRank } from "../../../kernel/matching";
import { applyOne, macros, undoOne } from "../../../live/macros";
import { usePermission } from "../../../live/session";
import { tell } from "../../../ui/last-act";

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
      tell(t`Macro: ${title}`, () => back(applied.operation));
      return;
    }
    const why = applied.problem || t`The server cannot be reached.`;
    tell(t`Macro “${title}” not applied: ${why}`);
  }

  async function back(operation: string): Promise<void> {
    const problem = await undoOne(cache, operation, ticket.id);
    if (problem === null) return;
    const why = problem.message || t`The server cannot be reached.`;
    tell(t`Not undone: ${why}`, () => back(operation));
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
