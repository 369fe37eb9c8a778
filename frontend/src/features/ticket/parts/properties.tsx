import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { Priority, Status, TicketDetail, UpdateTicket } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { staff } from "../../../live/tickets";
import { SelectField } from "../../../ui/fields";
import { PRIORITY_WORDS, STATUS_WORDS } from "../words";
import styles from "./properties.module.css";

/** Who asks, and what is set; each value changes in place. */
export function Properties({
  ticket,
  change,
}: {
  ticket: TicketDetail;
  change: (body: UpdateTicket) => Promise<void>;
}) {
  const { i18n, t } = useLingui();
  const people = useQuery(staff).data ?? [];
  const assignee = ticket.assignee;
  const known = people.map((person) => ({ value: person.id, label: person.name }));
  if (assignee !== null && !known.some((person) => person.value === assignee.id)) {
    known.push({ value: assignee.id, label: assignee.name });
  }
  const statuses = Object.entries(STATUS_WORDS).map(([value, words]) => ({ value, label: i18n._(words) }));
  const priorities = Object.entries(PRIORITY_WORDS).map(([value, words]) => ({ value, label: i18n._(words) }));
  return (
    <aside className={styles.details} aria-label={t`Details`}>
      <div>
        <p className={styles.name}>{ticket.requester.name}</p>
        <p className={styles.email}>{ticket.requester.email}</p>
      </div>
      <SelectField
        label={t`Status`}
        value={ticket.status}
        data={statuses}
        onChange={(event) => void change({ status: event.currentTarget.value as Status })}
      />
      <SelectField
        label={t`Priority`}
        value={ticket.priority}
        data={priorities}
        onChange={(event) => void change({ priority: event.currentTarget.value as Priority })}
      />
      <SelectField
        label={t`Assignee`}
        value={assignee?.id ?? ""}
        data={[{ value: "", label: t`Nobody` }, ...known]}
        onChange={(event) => void change({ assignee_id: event.currentTarget.value || null })}
      />
      <dl className={styles.facts}>
        <dt>
          <Trans>Group</Trans>
        </dt>
        <dd>{ticket.group?.name ?? "–"}</dd>
        <dt>
          <Trans>Category</Trans>
        </dt>
        <dd>{ticket.category?.name ?? "–"}</dd>
        <dt>
          <Trans>Tags</Trans>
        </dt>
        <dd>{ticket.tags.join(", ") || "–"}</dd>
        <dt>
          <Trans>Created</Trans>
        </dt>
        <dd>{exactly(ticket.created_at, i18n.locale)}</dd>
      </dl>
    </aside>
  );
}
