import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { selectedCount, type Selection } from "../../../kernel/selection";
import type { View } from "../../../kernel/views";
import { change } from "../../../live/changes";
import { type BulkChange, changeAll, changeMany, type Outcome, undoMany } from "../../../live/bulk";
import { rememberAct } from "../../../ui/last-act";

const UNDO_MS = 10 * 60_000;
const SHOWN_MS = 15_000;
const NAMED = 8;

/** Performs a change on all that is selected, and shows what became of it, with the way back. */
export type Perform = (words: string, wanted: BulkChange | ReadonlyMap<string, BulkChange>) => Promise<void>;

interface Acted {
  view: View;
  selection: Selection;
  total: number;
  /** The one ticket, if it is open: its own pane shows what becomes of a change. */
  open: string | null;
  done: () => void;
}

/** Acts on the selected tickets of a list of `total`. */
export function useActs({ view, selection, total, open, done }: Acted): Perform {
  const { t } = useLingui();
  const cache = useQueryClient();

  return async (words, wanted) => {
    done();
    const single = open === null ? undefined : isPerTicket(wanted) ? wanted.get(open) : wanted;
    if (open !== null && single !== undefined) {
      const { sets, shows = {} } = single;
      void change(cache, open, { sets: { ...sets }, shows });
      return;
    }
    const under = shownWhile(words);
    const outcome = await perform(wanted, under.progress);
    under.end();
    const undo = outcome.operations.length === 0 ? null : () => back(words, outcome.operations);
    rememberAct({ words: told(words, outcome), until: Date.now() + (undo === null ? SHOWN_MS : UNDO_MS), undo });
  };

  function perform(wanted: Parameters<Perform>[1], progress: (done: number, total: number) => void): Promise<Outcome> {
    if (isPerTicket(wanted)) return eachOf(wanted);
    if (selection.all) return changeAll(cache, view, selectedCount(selection, total), wanted, progress);
    return changeMany(cache, [...selection.ids], wanted);
  }

  /** Tickets that get the same values share a request. */
  async function eachOf(wanted: ReadonlyMap<string, BulkChange>): Promise<Outcome> {
    const groups = new Map<string, { change: BulkChange; ids: string[] }>();
    for (const [id, change] of wanted) {
      const key = JSON.stringify(change);
      const group = groups.get(key) ?? { change, ids: [] };
      group.ids.push(id);
      groups.set(key, group);
    }
    const outcomes = await Promise.all([...groups.values()].map(({ change, ids }) => changeMany(cache, ids, change)));
    return {
      changed: outcomes.reduce((sum, { changed }) => sum + changed, 0),
      refused: outcomes.reduce((sum, { refused }) => sum + refused, 0),
      refusals: new Map(outcomes.flatMap(({ refusals }) => [...refusals])),
      operations: outcomes.flatMap(({ operations }) => operations),
      problem: outcomes.find(({ problem }) => problem !== null)?.problem ?? null,
    };
  }

  async function back(words: string, operations: readonly string[]): Promise<void> {
    const outcome = await undoMany(cache, operations);
    // Each operation that was taken back is one, too; the last were taken back first.
    const left = operations.slice(0, operations.length - outcome.operations.length);
    const undo = left.length === 0 ? null : () => back(words, left);
    rememberAct({
      words: told(t`${words}, undone`, outcome),
      until: Date.now() + (undo === null ? SHOWN_MS : UNDO_MS),
      undo,
    });
  }

  function told(words: string, { changed, refused, refusals, problem }: Outcome): string {
    const tickets = plural(changed, { one: "# ticket", other: "# tickets" });
    const parts = changed > 0 || problem === null ? [`${words}: ${tickets}.`] : [];
    if (refused > 0) parts.push(plural(refused, { one: "# was refused.", other: "# were refused." }));
    for (const [reason, numbers] of refusals) {
      const some = numbers.slice(0, NAMED).map((number) => `#${number}`);
      parts.push(`${some.join(", ")}${numbers.length > NAMED ? " …" : ""}: ${reason}`);
    }
    if (problem !== null) parts.push(problem.message || t`The server cannot be reached; nothing more was changed.`);
    return parts.join(" ");
  }

  function shownWhile(words: string) {
    let drop: () => void = () => undefined;
    return {
      progress: (finished: number, all: number) => {
        drop();
        drop = rememberAct({ words: t`${words}: ${finished} of ${all} …`, until: Date.now() + UNDO_MS, undo: null });
      },
      end: () => drop(),
    };
  }
}

function isPerTicket(wanted: Parameters<Perform>[1]): wanted is ReadonlyMap<string, BulkChange> {
  return wanted instanceof Map;
}
