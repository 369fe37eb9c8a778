import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { ask, createTicket, type CreateTicket, newKey, once, type Problem } from "../../../api";
import { groups, people } from "../../../live/catalogs";
import { useMember } from "../../../live/session";
import { refreshCounts } from "../../../live/views";
import { Button } from "../../../ui/button";
import { SelectField, TextArea, TextField } from "../../../ui/fields";
import { tell } from "../../../ui/last-act";
import { PRIORITY_WORDS } from "../../ticket";
import {
  begunElsewhere,
  clearNew,
  emptyTicket,
  isBlank,
  keepApart,
  keepNew,
  type NewTicket,
  readNew,
  takeUp,
} from "../kept";
import { NewFields } from "../parts/new-fields";
import { RequesterField } from "../parts/requester-field";
import styles from "./new-ticket-page.module.css";

/** A ticket for a customer: who asks, what about, and who is to answer. What is written is kept when it is left. */
export default function NewTicketPage() {
  const { t, i18n } = useLingui();
  const member = useMember();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [ticket, setTicket] = useState<NewTicket>(() => readNew(member.id));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [key, setKey] = useState(newKey);
  const [sending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);
  const staff = useQuery(people("")).data ?? [];
  const grouped = useQuery(groups).data ?? [];
  const priorities = Object.entries(PRIORITY_WORDS).map(([value, words]) => ({ value, label: i18n._(words) }));
  const nobody = { value: "", label: t`Nobody` };
  const channels = [
    { value: "phone", label: t`Phone` },
    { value: "email", label: t`E-mail` },
    { value: "chat", label: t`Chat` },
    { value: "web", label: t`Web` },
  ];

  function change(changes: Partial<NewTicket>): void {
    const next = { ...ticket, ...changes };
    setTicket(next);
    setProblem(null);
    keepNew(member.id, next);
  }

  async function create(): Promise<void> {
    setSending(true);
    const answer = await ask(createTicket({ body: bodyOf(ticket), headers: once(key) }));
    setSending(false);
    if (!answer.ok) {
      // Without an answer it may have been created: sent again with the same key it stays one ticket.
      if (answer.problem.kind !== "unreachable") setKey(newKey());
      setProblem(answer.problem);
      return;
    }
    clearNew(member.id);
    refreshCounts(cache);
    void navigate({ to: "/inbox/$view/$number", params: { view: "all", number: String(answer.value.number) } });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!sending) void create();
    }
  }

  function clear(): void {
    change(emptyTicket());
    if (isBlank(ticket)) return;
    tell(t`The new ticket is cleared`, () => bringBack(ticket));
  }

  function bringBack(before: NewTicket): void {
    const present = readNew(member.id);
    if (!isBlank(present)) keepApart(member.id, present);
    keepNew(member.id, before);
    setTicket(before);
  }

  const fields = problem?.fields ?? {};
  return (
    <form
      ref={form}
      className={styles.page}
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <h1>
        <Trans>New ticket</Trans>
      </h1>
      <BegunBefore takeUp={setTicket} />
      <RequesterField
        requester={ticket.requester}
        error={fields["requester.email"] ?? fields["requester"] ?? fields["requester_id"]}
        onChange={(requester) => change({ requester })}
      />
      <TextField
        label={t`Subject`}
        required
        maxLength={255}
        value={ticket.subject}
        onKeyDown={onKeyDown}
        error={fields["subject"]}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <TextArea
        label={t`What the customer says`}
        description={t`The customer sees this as their own words.`}
        required
        rows={8}
        value={ticket.description}
        onKeyDown={onKeyDown}
        error={fields["description"]}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <div className={styles.properties}>
        <SelectField
          label={t`Channel`}
          data={channels}
          value={ticket.channel}
          onChange={(event) => change({ channel: event.currentTarget.value as NewTicket["channel"] })}
        />
        <SelectField
          label={t`Priority`}
          data={priorities}
          value={ticket.priority}
          onChange={(event) => change({ priority: event.currentTarget.value as NewTicket["priority"] })}
        />
        <SelectField
          label={t`Assignee`}
          data={[nobody, ...staff.map(({ id, name }) => ({ value: id, label: name }))]}
          value={ticket.assignee}
          error={fields["assignee_id"]}
          onChange={(event) => change({ assignee: event.currentTarget.value })}
        />
        <SelectField
          label={t`Group`}
          data={[{ value: "", label: t`None` }, ...grouped.map(({ id, name }) => ({ value: id, label: name }))]}
          value={ticket.group}
          error={fields["group_id"]}
          onChange={(event) => change({ group: event.currentTarget.value })}
        />
        <TextField
          label={t`Tags`}
          description={t`Separated by commas`}
          value={ticket.tags}
          error={fields["tags"]}
          onChange={(event) => change({ tags: event.currentTarget.value })}
        />
      </div>
      <NewFields ticket={ticket} problems={fields} onChange={(values) => change({ fields: values })} />
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem.message || t`Not created: the server cannot be reached. What you wrote is kept.`}
        </p>
      )}
      <div className={styles.acts}>
        <Button type="button" onClick={clear}>
          <Trans>Clear</Trans>
        </Button>
        <Button type="submit" variant="filled" loading={sending}>
          <Trans>Create the ticket</Trans>
        </Button>
      </div>
    </form>
  );
}

/** Tickets that were begun in other tabs, to go on with one of them here. */
function BegunBefore({ takeUp: show }: { takeUp: (ticket: NewTicket) => void }) {
  const { id } = useMember();
  const [begun, setBegun] = useState(() => begunElsewhere(id));
  if (begun.length === 0) return null;
  return (
    <p className={styles.begun}>
      <Trans>Begun earlier:</Trans>
      {begun.map(({ place, words }) => (
        <Button
          key={place}
          type="button"
          size="compact-xs"
          onClick={() => {
            show(takeUp(id, place));
            setBegun(begunElsewhere(id));
          }}
        >
          <span dir="auto">{words}</span>
        </Button>
      ))}
    </p>
  );
}

function bodyOf(ticket: NewTicket): CreateTicket {
  const { requester, subject, description, priority, channel, assignee, group } = ticket;
  const tags = ticket.tags
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const who =
    requester.id === null
      ? { requester: { email: requester.email.trim(), name: requester.name.trim() || null } }
      : { requester_id: requester.id };
  return {
    ...who,
    subject,
    description,
    priority,
    channel,
    tags,
    fields: ticket.fields as NonNullable<CreateTicket["fields"]>,
    ...(assignee === "" ? {} : { assignee_id: assignee }),
    ...(group === "" ? {} : { group_id: group }),
  };
}
