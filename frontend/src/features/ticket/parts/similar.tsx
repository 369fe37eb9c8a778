import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { askOrThrow, listSimilarTickets } from "../../../api";
import { TicketLinks } from "./ticket-links";
import styles from "./requester.module.css";

const STALE_MS = 5 * 60_000;

/** Tickets that are about the same: asked for when this is opened. */
export function Similar({ ticketId }: { ticketId: string }) {
  const { data, isError } = useQuery({
    queryKey: ["similar", ticketId],
    queryFn: async ({ signal }) => await askOrThrow(listSimilarTickets({ path: { ticket_id: ticketId }, signal })),
    staleTime: STALE_MS,
  });
  if (data !== undefined && data.length > 0) return <TicketLinks tickets={data} />;
  return (
    <p className={styles.more} aria-busy={data === undefined && !isError}>
      {isError ? (
        <Trans>The similar tickets could not be loaded.</Trans>
      ) : data === undefined ? (
        <Trans>Looking for similar tickets …</Trans>
      ) : (
        <Trans>No ticket is like this one.</Trans>
      )}
    </p>
  );
}
