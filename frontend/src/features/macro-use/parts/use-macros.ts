import { useQueryClient } from "@tanstack/react-query";

import { loadWords } from "../../../i18n/languages";
import type { Choice } from "../../../kernel/commands";
import { usePermission } from "../../../live/session";

const load = () => Promise.all([import("./choices"), loadWords("macro-use")]);

/** The macros for tickets, of one `requester` or of several, as choices. `done` follows once one was applied. */
export function useMacros(ids: readonly string[], requester?: string, done?: () => void) {
  const cache = useQueryClient();
  async function choose(typed: string): Promise<Choice[]> {
    const found = await load().catch(() => null);
    return found === null ? [] : found[0].choices(cache, typed, requester, { ids, done });
  }
  return usePermission("macros:use") ? { choose } : undefined;
}
