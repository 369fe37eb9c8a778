import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { Words } from "../../../kernel/commands";
import { exactly } from "../../../kernel/moments";
import type { Change } from "../../../live/changes";
import { categories } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import type { Conversation } from "../../../live/opening";
import { usePermission } from "../../../live/session";
import { useCommandPage } from "../../../ui/commands";
import { ButtonProperty, SelectProperty } from "../../../ui/property";
import { Section } from "../../../ui/section";
import { assign, group, tag } from "../commands";
import { PRIORITY_MARKS, PRIORITY_WORDS, TYPE_WORDS } from "../words";
import { Clocks } from "./clocks";
import styles from "./details.module.css";
import { Fields } from "./fields";
import { FurtherCommands } from "./further-commands";
import { History } from "./history";
import { Links } from "./links";
import { Requester } from "./requester";
import { Similar } from "./similar";
import { Tags } from "./tags";
import { useTroubleWords } from "./trouble-at";
import type { SetFields } from "./use-set";
import { chosenFrom, statusKey, statusSets, useStatuses, useStatusWords } from "./use-statuses";

export { FurtherCommands };

interface Props {
  ticket: Ticket;
  conversation: Conversation;
  mayChange: boolean;
  set: SetFields;
  close: () => void;
}

/** Who asks, and all that is set on a ticket; each value changes in place. */
export default function Details({ ticket, conversation, mayChange, set, close }: Props) {
  const { i18n, t } = useLingui();
  const mayReadNotes = usePermission("comments:internal");
  const filed = exactly(ticket.created_at, i18n.locale);
  return (
    <aside className={styles.details} aria-label={t`Details`} data-pane tabIndex={-1}>
      <div className={styles.top}>
        <button type="button" className={styles.close} onClick={close}>
          ‹ <Trans>Conversation</Trans>
        </button>
      </div>
      <Requester ticket={ticket} />
      <Section id="properties" title={t`Properties`}>
        <Properties ticket={ticket} mayChange={mayChange} set={set} />
      </Section>
      {ticket.sla === null ? null : (
        <Section id="clocks" title={t`Deadlines`}>
          <Clocks ticket={ticket} />
        </Section>
      )}
      <Fields ticket={ticket} mayChange={mayChange} set={set} />
      {mayReadNotes ? <Links ticketId={ticket.id} mayChange={mayChange} /> : null}
      <Section id="similar" title={t`Similar tickets`} folded>
        <Similar ticketId={ticket.id} />
      </Section>
      <Section id="history" title={t`History`}>
        <p className={styles.fact}>{t`Filed ${filed}`}</p>
        <History conversation={conversation} ticketId={ticket.id} />
      </Section>
    </aside>
  );
}

function Properties({ ticket, mayChange, set }: { ticket: Ticket; mayChange: boolean; set: SetFields }) {
  const { i18n, t } = useLingui();
  const { ask } = useCommandPage();
  const troubleAt = useTroubleWords(ticket.id);
  const common = { disabled: !mayChange };
  const assignee = ticket.assignee?.name ?? t`Nobody`;
  const groupName = ticket.group?.name ?? t`No group`;
  const say = (words: Words) => i18n._(words);
  return (
    <>
      <StatusProperty ticket={ticket} mayChange={mayChange} set={set} />
      <SelectProperty
        {...common}
        label={t`Priority`}
        hint="P"
        value={ticket.priority}
        options={optionsOf(PRIORITY_WORDS, say, PRIORITY_MARKS)}
        trouble={troubleAt("priority", i18n._(PRIORITY_WORDS[ticket.priority]), ({ sets }) =>
          say(PRIORITY_WORDS[sets["priority"] as Ticket["priority"]]),
        )}
        onChoose={(priority) => set({ priority })}
      />
      <ButtonProperty
        {...common}
        label={t`Assignee`}
        hint="A"
        value={assignee}
        trouble={troubleAt("assignee_id", assignee, ({ shows }) => nameIn(shows?.["assignee"]) ?? t`Nobody`)}
        onClick={() => ask(assign.id)}
      />
      <ButtonProperty
        {...common}
        label={t`Group`}
        hint="M"
        value={groupName}
        trouble={troubleAt("group_id", groupName, ({ shows }) => nameIn(shows?.["group"]) ?? t`No group`)}
        onClick={() => ask(group.id)}
      />
      <SelectProperty
        {...common}
        label={t`Type`}
        value={ticket.type}
        options={optionsOf(TYPE_WORDS, say)}
        trouble={troubleAt("type", i18n._(TYPE_WORDS[ticket.type]), ({ sets }) =>
          say(TYPE_WORDS[sets["type"] as Ticket["type"]]),
        )}
        onChoose={(type) => set({ type })}
      />
      <Category ticket={ticket} mayChange={mayChange} set={set} />
      <Tags
        tags={ticket.tags}
        add={mayChange ? () => ask(tag.id) : undefined}
        remove={(name) => set({ tags: ticket.tags.filter((each) => each !== name) })}
        trouble={troubleAt("tags", ticket.tags.join(", "), ({ sets }) => (sets["tags"] as string[]).join(", "))}
      />
    </>
  );
}

/** The six statuses, each with the own ones of the organization indented below it. */
function StatusProperty({ ticket, mayChange, set }: { ticket: Ticket; mayChange: boolean; set: SetFields }) {
  const { t } = useLingui();
  const troubleAt = useTroubleWords(ticket.id);
  const options = chosenFrom(useStatuses(), ticket);
  const words = useStatusWords();
  const present = words(ticket);
  const wanted = ({ sets, shows }: Change) => words({ ...ticket, custom_status: null, ...sets, ...shows });
  return (
    <SelectProperty
      label={t`Status`}
      hint="S"
      value={statusKey(ticket)}
      options={options.map(({ key, own, mark, label }) => ({
        value: key,
        label: own === null ? `${label} ${mark}` : `\u2003 ${label}`,
      }))}
      disabled={!mayChange}
      trouble={troubleAt("status", present, wanted) ?? troubleAt("custom_status_id", present, wanted)}
      onChoose={(key) => {
        const chosen = options.find((option) => option.key === key);
        if (chosen === undefined) return;
        const { sets, shows } = statusSets(chosen);
        set(sets, shows);
      }}
    />
  );
}

function Category({ ticket, mayChange, set }: { ticket: Ticket; mayChange: boolean; set: SetFields }) {
  const { t } = useLingui();
  const troubleAt = useTroubleWords(ticket.id);
  const found = useQuery({ ...categories, enabled: mayChange });
  const category = ticket.category;
  const known = (found.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (category !== null && !known.some(({ value }) => value === category.id)) {
    known.push({ value: category.id, label: category.name });
  }
  return (
    <SelectProperty
      label={t`Category`}
      value={category?.id ?? ""}
      options={[{ value: "", label: t`No category` }, ...known]}
      disabled={!mayChange}
      trouble={troubleAt(
        "category_id",
        category?.name ?? t`No category`,
        ({ shows }) => nameIn(shows?.["category"]) ?? t`No category`,
      )}
      onChoose={(id) => {
        const chosen = known.find(({ value }) => value === id);
        const shown = chosen === undefined ? null : { id: chosen.value, name: chosen.label };
        set({ category_id: chosen?.value ?? null }, { category: shown });
      }}
    />
  );
}

/** The name in a value that a change shows; `null` if it is cleared. */
function nameIn(shown: unknown): string | null {
  return typeof shown === "object" && shown !== null && "name" in shown ? String(shown.name) : null;
}

function optionsOf<K extends string>(
  words: Readonly<Record<K, Words>>,
  say: (words: Words) => string,
  marks?: Readonly<Record<K, string>>,
): { value: string; label: string }[] {
  return (Object.keys(words) as K[]).map((key) => ({
    value: key,
    // The word comes first: letters that are typed choose by it.
    label: marks === undefined ? say(words[key]) : `${say(words[key])} ${marks[key]}`,
  }));
}
