import { useLingui } from "@lingui/react/macro";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";

import { ask, type CannedView, copyCannedFiles, countCannedUse, renderCanned } from "../../../api";
import { matchRank } from "../../../kernel/matching";
import type { Begun, Draft } from "../../../live/drafts";
import { announce } from "../../../ui/announce";
import type { EditorHandle } from "../../../ui/editor-handle";
import { cannedResponses } from "../queries";

/** The most that are offered. */
export const SHOWN = 8;

/** The canned responses, with the values of a ticket; their files go to a draft. */
export function useCanned(ticketId: string, draft: Draft, begun: Begun) {
  const { t } = useLingui();
  const cache = useQueryClient();

  async function rendered(response: CannedView) {
    const queryKey = ["canned", response.id, ticketId, response.updated_at];
    const answer = await cache.query({
      queryKey,
      staleTime: 60_000,
      queryFn: () => ask(renderCanned({ path: { response_id: response.id }, body: { ticket_id: ticketId } })),
    });
    if (answer.ok) return answer.value;
    announce(answer.problem.message || t`The server cannot be reached.`);
    return null;
  }

  async function attach(response: CannedView): Promise<void> {
    if (response.files.length === 0) return;
    const copied = await ask(copyCannedFiles({ path: { response_id: response.id } }));
    if (copied.ok) draft.setFiles([...draft.kept.files, ...copied.value], begun);
    else announce(copied.problem.message || t`The server cannot be reached.`);
  }

  return {
    rendered,
    /** Those that match, the best first. Asked for before they have come, they are waited for. */
    like: async (typed: string) =>
      ranked(cache.getQueryData(cannedResponses.queryKey) ?? (await askedFor(cache)), typed),
    /** Puts a response at the cursor of the field, once that is there. */
    insert: async (response: CannedView, field: () => EditorHandle | null | Promise<EditorHandle>) => {
      const found = await rendered(response);
      if (found === null) return;
      (await field())?.insertHtml(found.content_html);
      await attach(response);
      void ask(countCannedUse({ path: { response_id: response.id } }));
    },
  };
}

/** The canned responses. A fetch that ends with the connection before is asked for once more. */
async function askedFor(cache: QueryClient): Promise<readonly CannedView[]> {
  const once = () => cache.query(cannedResponses);
  return once()
    .catch(once)
    .catch(() => []);
}

/** By shortcut, then title, then words. */
function ranked(canned: readonly CannedView[], typed: string): CannedView[] {
  const sought = typed.trim().toLowerCase();
  const rank = (each: CannedView): number => {
    const shortcut = each.shortcut?.toLowerCase() ?? "";
    if (sought !== "" && shortcut === sought) return 100;
    if (sought !== "" && shortcut.startsWith(sought)) return 50;
    return matchRank(each.title, sought) * 10 || (matchRank(each.content, sought) > 0 ? 1 : 0);
  };
  return canned
    .map((each) => ({ each, rank: rank(each) }))
    .filter((found) => found.rank > 0)
    .sort((one, other) => other.rank - one.rank || one.each.title.localeCompare(other.each.title))
    .slice(0, SHOWN)
    .map(({ each }) => each);
}
