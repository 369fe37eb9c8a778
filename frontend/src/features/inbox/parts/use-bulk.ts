import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { Act, Choice, Command } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import type { Selection } from "../../../kernel/selection";
import type { View } from "../../../kernel/views";
import type { BulkChange } from "../../../live/bulk";
import { groups, people, tags } from "../../../live/catalogs";
import { drawnTicket } from "../../../live/entities";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { usePersonDetail } from "../../composer";
import { useMacros } from "../../macro-use";
import {
  assign,
  chosenFrom,
  group,
  macro,
  PRIORITY_WORDS,
  setPriority,
  setStatus,
  solve,
  STATUS_WORDS,
  statusSets,
  tag,
  take,
  useStatuses,
} from "../../ticket";
import { useActs } from "./use-acts";

const PRIORITIES = Object.keys(PRIORITY_WORDS) as (keyof typeof PRIORITY_WORDS)[];

/** As many tickets as one use of a macro takes. */
const MOST = 500;

interface Props {
  view: View;
  selection: Selection;
  total: number;
  /** The one ticket, if it is open. */
  open: string | null;
  /** Over the keys of the open ticket: something is selected. */
  above: boolean;
  done: () => void;
}

/** The keys of one ticket, for all that are selected, or for the row that the keyboard is on. */
export function useBulk({ view, selection, total, open, above, done }: Props): void {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const member = useMember();
  const perform = useActs({ view, selection, total, open, done });
  const detailOf = usePersonDetail();
  const macros = useMacros([...selection.ids], undefined, done);
  const me = { id: member.id, name: member.name, email: member.email, avatar_url: member.avatar_url };
  const matching = (words: string, all: readonly Choice[]) => all.filter(({ label }) => matchRank(label, words) > 0);
  const statuses = chosenFrom(useStatuses(), null).map((option) => {
    const { key, label } = option;
    return { id: key, label, run: () => void perform(label, statusSets(option)) };
  });
  const priorities = PRIORITIES.map((priority) => {
    const label = i18n._(PRIORITY_WORDS[priority]);
    return { id: priority, label, run: () => void perform(label, { sets: { priority } }) };
  });

  async function assignees(typed: string): Promise<Choice[]> {
    const nobody = t`Nobody`;
    const none = { sets: { assignee_id: null }, shows: { assignee: null } };
    const found = (await cache.query(people(typed))).map((each) => ({
      id: each.id,
      label: each.name,
      detail: each.id === member.id ? t`you` : detailOf(each),
      run: () => void perform(each.name, { sets: { assignee_id: each.id }, shows: { assignee: each } }),
    }));
    return typed === "" ? [...found, { id: "none", label: nobody, run: () => void perform(nobody, none) }] : found;
  }

  async function groupsLike(typed: string): Promise<Choice[]> {
    const found = await cache.query(groups);
    const all = found.map(({ id, name }) => ({
      id,
      label: name,
      run: () => void perform(name, { sets: { group_id: id }, shows: { group: { id, name } } }),
    }));
    return matching(typed, all);
  }

  async function tagsLike(typed: string): Promise<Choice[]> {
    const known = matching(
      typed,
      (await cache.query(tags)).map(({ name }) => ({ id: name, label: name, run: () => addTag(name) })),
    );
    const words = typed.trim();
    if (words === "" || known.some(({ label }) => label.toLowerCase() === words.toLowerCase())) return known;
    return [...known, { id: "new", label: words, detail: t`new tag`, run: () => addTag(words) }];
  }

  /** The server sets all tags of a ticket: each gets its own and this one. */
  function addTag(name: string): void {
    const changes = [...selection.ids].flatMap((id) => {
      const ticket = drawnTicket(cache, id);
      return ticket === undefined
        ? []
        : [[id, { sets: { tags: [...new Set([...ticket.tags, name])] } }] as [string, BulkChange]];
    });
    void perform(name, new Map(changes));
  }

  const any = selection.all || selection.ids.size > 0;
  const offer = (command: Command, act: Act) => [command, any ? act : undefined] as const;
  const offers = [
    offer(solve, () => void perform(i18n._(STATUS_WORDS.solved), { sets: { status: "solved" } })),
    offer(take, () => void perform(member.name, { sets: { assignee_id: member.id }, shows: { assignee: me } })),
    offer(setStatus, { digits: true, choose: (typed) => matching(typed, statuses) }),
    offer(setPriority, { digits: true, choose: (typed) => matching(typed, priorities) }),
    offer(assign, { choose: assignees }),
    offer(group, { choose: groupsLike }),
    // The server sets all tags of a ticket: those of tickets that are not loaded are unknown here.
    offer(tag, { choose: tagsLike }),
  ] as const;
  useCommand(...offers[0], above);
  useCommand(...offers[1], above);
  useCommand(...offers[2], above);
  useCommand(...offers[3], above);
  useCommand(...offers[4], above);
  useCommand(...offers[5], above);
  useCommand(offers[6][0], selection.all ? undefined : offers[6][1], above);
  useCommand(macro, any && !selection.all && selection.ids.size <= MOST ? macros : undefined, above);
}
