import { useNavigate, useParams } from "@tanstack/react-router";

import type { DraftKind } from "../../../live/drafts";
import { reopen } from "./reopening";

/** Shows a ticket again with its composer open, after its words came back. */
export function useComingBack(number: number): (kind: DraftKind, ticketId: string) => void {
  const navigate = useNavigate();
  const { view }: { view?: string } = useParams({ strict: false });
  return (kind, ticketId) => {
    reopen(ticketId, kind);
    void navigate({ to: "/inbox/$view/$number", params: { view: view ?? "all", number: String(number) } });
  };
}
