import { useSyncExternalStore } from "react";

import { type Draft, draftOf, type DraftKind, type DraftState } from "../../../live/drafts";
import { useMember } from "../../../live/session";

/** The member's draft on a ticket, and what is to be shown of it. */
export function useDraft(ticketId: string, kind: DraftKind): { draft: Draft; state: DraftState; empty: boolean } {
  const draft = draftOf(useMember().id, ticketId, kind);
  const state = useSyncExternalStore(draft.subscribe, draft.state);
  return { draft, state, empty: state.blank && state.files.length === 0 };
}
