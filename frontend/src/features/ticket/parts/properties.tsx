import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { exactly } from "../../../kernel/moments";
import { change, type Change, useTroubles } from "../../../live/changes";
import type { Ticket } from "../../../live/entities";
import { staff } from "../../../live/tickets";
import { SelectField } from "../../../ui/fields";
import { PRIORITY_WORDS, STATUS_WORDS } from "../words";
import styles from "./properties.module.css";
import { TroubleWords } from "./trouble-words";

/** Who asks, and what is set; each value changes in place. */
export function Properties({ ticket }: { ticket: Ticket }) {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const troubles = useTroubles(ticket.id);
  const set = (wanted: Change) => void change(cache, ticket.id, wanted);
  const wordsAt = (name: string, present: string) =>
    troubles[name] === undefined ? null : (
      <TroubleWords ticketId={ticket.id} name={name} trouble={troubles[name]} present={present} />
    );
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
        error={wordsAt("status", i18n._(STATUS_WORDS[ticket.status]))}
        onChange={(event) => set({ sets: { status: event.currentTarget.value } })}
      />
      <SelectField
        label={t`Priority`}
        value={ticket.priority}
        data={priorities}
        error={wordsAt("priority", i18n._(PRIORITY_WORDS[ticket.priority]))}
        onChange={(event) => set({ sets: { priority: event.currentTarget.value } })}
      />
      <SelectField
        label={t`Assignee`}
        value={assignee?.id ?? ""}
        data={[{ value: "", label: t`Nobody` }, ...known]}
        error={wordsAt("assignee_id", assignee?.name ?? t`Nobody`)}
        onChange={(event) => {
          const chosen = people.find((person) => person.id === event.currentTarget.value);
          const shown = chosen === undefined ? null : { ...chosen, avatar_url: null };
          set({ sets: { assignee_id: chosen?.id ?? null }, shows: { assignee: shown } });
        }}
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
