import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { counted } from "../../../kernel/numbers";
import { PlaceLink } from "../../../ui/place";
import { countQuery, type Listed, statsQuery } from "../queries";
import styles from "./dashboard.module.css";

/** The numbers of the day. Each but "late" leads to the tickets that it counts. */
export function Figures() {
  const { t, i18n } = useLingui();
  const late = useQuery(statsQuery).data?.value.overdue_tickets;
  return (
    <ul className={styles.figures} aria-label={t`Figures`}>
      <Figure label={t`Assigned to you`} list={{ view: "mine", q: "" }} />
      <Figure label={t`Unassigned`} list={{ view: "unassigned", q: "" }} />
      <Figure label={t`Not solved`} list={{ view: "open", q: "" }} />
      <li className={styles.figure}>
        <span className={styles.number} data-late={(late ?? 0) > 0 || undefined}>
          {late === undefined ? "…" : counted(late, i18n.locale)}
        </span>
        <span>
          <Trans>Late</Trans>
        </span>
        <PlaceLink to="/inbox/open?sort=next_due_at" className={styles.near}>
          <Trans>By deadline</Trans>
        </PlaceLink>
      </li>
      <Figure label={t`Filed today`} list={{ view: "all", q: "created:today" }} />
      <Figure label={t`Solved today`} list={{ view: "all", q: "solved:today" }} />
    </ul>
  );
}

function Figure({ label, list }: { label: string; list: Listed }) {
  const { i18n } = useLingui();
  const count = useQuery(countQuery(list)).data?.value;
  const q = list.q === "" ? "" : `?q=${encodeURIComponent(list.q)}`;
  return (
    <li className={styles.figure}>
      <PlaceLink to={`/inbox/${list.view}${q}`} className={styles.leads}>
        <span className={styles.number}>{count === undefined ? "…" : counted(count, i18n.locale)}</span>
        <span>{label}</span>
      </PlaceLink>
    </li>
  );
}
