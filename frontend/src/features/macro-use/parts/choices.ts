import { t } from "@lingui/core/macro";
import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { askOrThrow, listMacros, type MacroView } from "../../../api";
import type { Choice } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import { type Wanted, want } from "./wanted";

const MOST = 100;

/** The macros that are on, so that they are found without asking. */
const macros = queryOptions({
  queryKey: ["records", "macros", "active"],
  staleTime: 300_000,
  queryFn: ({ signal }) => askOrThrow(listMacros({ query: { active: true, limit: MOST }, signal })),
});

/** The macros that are on, those first whose title matches best. */
export async function choices(
  cache: QueryClient,
  typed: string,
  requester: string | undefined,
  tickets: Omit<Wanted, "macro">,
): Promise<Choice[]> {
  const found = await cache.query(macros).catch(() => []);
  return found
    .map((macro) => ({ macro, rank: matchRank(macro.title, typed.trim()) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank || one.macro.title.localeCompare(other.macro.title))
    .map(({ macro }) => ({
      id: macro.id,
      label: macro.title,
      detail: writes(macro, requester),
      run: () => want({ macro, ...tickets }),
    }));
}

function writes({ comment }: MacroView, requester: string | undefined): string {
  if (comment === null) return t`macro`;
  if (!comment.public) return t`macro, adds a note`;
  return requester === undefined ? t`macro, sends a reply to each requester` : t`macro, sends a reply to ${requester}`;
}
