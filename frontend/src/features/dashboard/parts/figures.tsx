import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { counted } from "../../../kernel/numbers";
import { PlaceLink } from "../../../ui/place";
import { countQuery, type Listed } from "../queries";
import styles from "./dashboard.module.css";

/** The numbers of the day. Each leads to the tickets that it counts. */
export function Figures() {
  const { t } = useLingui();
  return (
    <ul className={styles.figures} aria-label={t`Figures`}>
      <Figure label={t`Assigned to you`} list={{ view: "mine", q: "" }} />
      <Figure label={t`Unassigned`} list={{ view: "unassigned", q: "" }} />
      <Figure label={t`Not solved`} list={{ view: "open", q: "" }} />
      <Figure label={t`Late`} list={{ view: "open", q: "breached:now" }} late />
      <Figure label={t`Due within 2 hours`} list={{ view: "open", q: "due<2h -breached:now" }} />
      <Figure label={t`Filed today`} list={{ view: "all", q: "created:today" }} />
      <Figure label={t`Solved today`} list={{ view: "all", q: "solved:today" }} />
    </ul>
  );
}

function Figure({ label, list, late = false }: { label: string; list: Listed; late?: boolean }) {
  const { i18n } = useLingui();
  const count = useQuery(countQuery(list)).data?.value;
  const q = list.q === "" ? "" : `?q=${encodeURIComponent(list.q)}`;
  return (
    <li className={styles.figure}>
      <PlaceLink to={`/inbox/${list.view}${q}`} className={styles.leads}>
        <span className={styles.number} data-late={(late && (count ?? 0) > 0) || undefined}>
          {count === undefined ? "…" : counted(count, i18n.locale)}
        </span>
        <span>{label}</span>
      </PlaceLink>
    </li>
  );
}
