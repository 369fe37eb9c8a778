import { Plural } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { askOrThrow, listTickets, RefusedError } from "../../../api";
import { useSettled } from "../../../ui/use-settled";
import styles from "./preview.module.css";

/** The number of tickets that match a search, and the first five, while it is typed. A mistake in it shows instead. */
export function QueryPreview({ query }: { query: string }) {
  const words = useSettled(query.trim(), 300);
  const { data, error } = useQuery({
    queryKey: ["list", "preview", words],
    queryFn: ({ signal }) =>
      askOrThrow(
        listTickets({ query: { ...(words === "" ? {} : { search: words }), fields: "row", limit: 5 }, signal }),
      ),
    retry: false,
  });
  if (error instanceof RefusedError) {
    return <p role="status">{Object.values(error.problem.fields).join(" ") || error.problem.message}</p>;
  }
  if (data === undefined) return null;
  return (
    <div role="status">
      <Plural value={data.pagination.total} one="# ticket matches" other="# tickets match" />
      <ul className={styles.rows}>
        {data.tickets.map((ticket) => (
          <li key={ticket.id}>{`#${ticket.number} ${ticket.subject}`}</li>
        ))}
      </ul>
    </div>
  );
}
