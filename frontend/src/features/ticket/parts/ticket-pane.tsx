import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { RefusedError } from "../../../api";
import { useTicket } from "../../../live/entities";
import { opening, useConversation, useGone } from "../../../live/opening";
import { EmptyState, ErrorState, LoadingState } from "../../../ui/state";
import { GonePane } from "./gone-pane";
import { OpenTicket } from "./open-ticket";

/** A ticket by its number: its conversation, its properties and the composer. */
export function TicketPane({ number }: { number: number }) {
  const { t } = useLingui();
  const found = useQuery(opening(number));
  if (found.isPending) return <LoadingState retry={() => void found.refetch()} />;
  if (found.isError && found.data === undefined) {
    const problem = found.error instanceof RefusedError ? found.error.problem : undefined;
    if (problem?.status === 404) return <EmptyState title={t`There is no ticket #${number}`} />;
    const { message } = found.error;
    return <ErrorState message={message} requestId={problem?.requestId ?? null} retry={() => void found.refetch()} />;
  }
  return <Known key={number} id={found.data.id} number={number} />;
}

function Known({ id, number }: { id: string; number: number }) {
  const ticket = useTicket(id);
  const conversation = useConversation(id);
  const gone = useGone(id);
  if (gone !== null) return <GonePane id={id} number={number} gone={gone} />;
  if (ticket === undefined || conversation === undefined) return <LoadingState />;
  return <OpenTicket ticket={ticket} conversation={conversation} />;
}
