import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { Choice } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import { groups, lookUp, staffNamed, tags } from "../../../live/directory";
import type { Ticket } from "../../../live/entities";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { usePersonDetail } from "../../composer";
import { assign, group, lookUpCommand, setPriority, setStatus, tag, take } from "../commands";
import { PRIORITY_WORDS } from "../words";
import { wantedField } from "./choosing";
import type { SetFields } from "./use-set";
import { chosenFrom, statusSets, useStatuses } from "./use-statuses";

/** The keys that set properties: status, priority, assignee, group and tags, each with its choices. */
export function usePropertyCommands(ticket: Ticket, mayChange: boolean, set: SetFields): void {
  const { i18n } = useLingui();
  const member = useMember();
  const mine = { id: member.id, name: member.name, email: member.email, avatar_url: null };
  const isMine = ticket.assignee_id === member.id;
  const people = usePeopleChoices(mine, set);
  const places = useGroupChoices(set);
  const labels = useTagChoices(ticket.tags, set);
  const things = useThingChoices();
  const statuses = chosenFrom(useStatuses(), ticket).map((option): Choice => {
    const { sets, shows } = statusSets(option);
    return { id: option.key, label: option.label, run: () => set(sets, shows) };
  });
  const priorities = choicesOf(
    PRIORITY_WORDS,
    (words) => i18n._(words),
    (priority) => set({ priority }),
  );

  useCommand(take, mayChange && !isMine ? () => set({ assignee_id: member.id }, { assignee: mine }) : undefined);
  useCommand(setStatus, mayChange ? { digits: true, choose: (typed) => matching(statuses, typed) } : undefined);
  useCommand(setPriority, mayChange ? { digits: true, choose: (typed) => matching(priorities, typed) } : undefined);
  useCommand(assign, mayChange ? { choose: people } : undefined);
  useCommand(group, mayChange ? { choose: places } : undefined);
  useCommand(tag, mayChange ? { choose: labels } : undefined);
  useCommand(lookUpCommand, mayChange ? { choose: things } : undefined);
}

function choicesOf<K extends string, W>(
  words: Readonly<Record<K, W>>,
  say: (words: W) => string,
  run: (key: K) => void,
): Choice[] {
  return (Object.keys(words) as K[]).map((key) => ({ id: key, label: say(words[key]), run: () => run(key) }));
}

function matching(choices: readonly Choice[], typed: string): Choice[] {
  return choices.filter(({ label }) => matchRank(label, typed) > 0);
}

interface Mine {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly avatar_url: null;
}

function usePeopleChoices(mine: Mine, set: SetFields) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const detailOf = usePersonDetail();
  return async (typed: string): Promise<Choice[]> => {
    const found = await staffNamed(cache, typed.trim());
    const first: Choice[] = [
      { id: mine.id, label: t`Me`, run: () => set({ assignee_id: mine.id }, { assignee: mine }) },
      { id: "nobody", label: t`Nobody`, run: () => set({ assignee_id: null }, { assignee: null }) },
    ];
    const others = found
      .filter(({ id }) => id !== mine.id || typed !== "")
      .map(({ id, name, email, ...person }) => ({
        id: `person-${id}`,
        label: name,
        detail: detailOf({ email, ...person }),
        run: () => set({ assignee_id: id }, { assignee: { id, name, email, avatar_url: null } }),
      }));
    return [...matching(first, typed), ...others];
  };
}

function useGroupChoices(set: SetFields) {
  const { t } = useLingui();
  const cache = useQueryClient();
  return async (typed: string): Promise<Choice[]> => {
    const found = await cache.query({ ...groups, staleTime: 60_000 });
    const none: Choice = { id: "none", label: t`No group`, run: () => set({ group_id: null }, { group: null }) };
    const choices = found.map(({ id, name }) => ({
      id,
      label: name,
      run: () => set({ group_id: id }, { group: { id, name } }),
    }));
    return matching([...choices, none], typed);
  };
}

function useTagChoices(present: readonly string[], set: SetFields) {
  const { t } = useLingui();
  const cache = useQueryClient();
  return async (typed: string): Promise<Choice[]> => {
    const found = await cache.query({ ...tags, staleTime: 60_000 });
    const wanted = typed.trim();
    const names = found.map(({ name }) => name).filter((name) => !present.includes(name));
    const fresh = wanted === "" || [...names, ...present].includes(wanted) ? [] : [wanted];
    const added = [...names, ...fresh].map((name) => ({
      id: `add-${name}`,
      label: name,
      run: () => set({ tags: [...present, name] }),
    }));
    const removed = present.map((name) => ({
      id: `remove-${name}`,
      label: t`Remove ${name}`,
      run: () => set({ tags: present.filter((each) => each !== name) }),
    }));
    return matching([...added, ...removed], typed);
  };
}

/** What a field can refer to; the field has said beforehand what it wants. */
function useThingChoices() {
  const { t } = useLingui();
  const cache = useQueryClient();
  return async (typed: string): Promise<Choice[]> => {
    const wanted = wantedField();
    if (wanted === null) return [];
    const found = await lookUp(cache, wanted.kind, typed.trim());
    const nothing: Choice = { id: "nothing", label: t`Nothing`, run: () => wanted.onSet(null) };
    const choices = found.map(({ id, name, detail }) => ({ id, label: name, detail, run: () => wanted.onSet(id) }));
    return typed.trim() === "" ? [...choices, nothing] : choices;
  };
}
