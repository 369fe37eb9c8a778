import { useLingui } from "@lingui/react/macro";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";

import { ask, type CannedView, countCannedUse, renderCanned } from "../../../api";
import { matchRank } from "../../../kernel/matching";
import type { DraftKind } from "../../../live/drafts";
import { announce } from "../../../ui/announce";
import { useCurrentCommands } from "../../../ui/commands";
import type { EditorHandle } from "../../../ui/editor-handle";
import type { Suggest, Suggestion } from "../../../ui/editor-suggesting";
import { useMacros } from "../../macro-use";
import { saveWords } from "../commands";
import { usePersonDetail } from "../presence-words";
import { cannedResponses, people, ticketsLike } from "../queries";
import type { ComposedTicket } from "./composed-ticket";
import type { Pending } from "./use-sending";

interface Circumstances {
  ticket: ComposedTicket;
  kind: DraftKind;
  editor: RefObject<EditorHandle | null>;
  pending: Pending;
  setPending: (pending: Pending) => void;
  switchTo: (kind: DraftKind) => void;
  onMention: () => void;
}

const SHOWN = 8;
/** So many places of the list are for macros, if as many match. */
const MACROS = 3;

/** What `/`, `@` and `#` offer in the field: canned responses and commands, colleagues, tickets. */
export function useSigns(circumstances: Circumstances): Readonly<Record<string, Suggest>> {
  const { ticket, kind, editor, onMention } = circumstances;
  const cache = useQueryClient();
  const canned = useQuery(cannedResponses).data;
  const { t } = useLingui();
  const commands = useSlashCommands(circumstances);
  const macros = useMacros([ticket.id], ticket.requester.name);
  const detailOf = usePersonDetail();

  async function rendered(response: CannedView): Promise<{ content: string; content_html: string } | null> {
    const queryKey = ["canned", response.id, ticket.id, response.updated_at];
    const answer = await cache.query({
      queryKey,
      staleTime: 60_000,
      queryFn: () => ask(renderCanned({ path: { response_id: response.id }, body: { ticket_id: ticket.id } })),
    });
    if (answer.ok) return answer.value;
    announce(answer.problem.message || t`The server cannot be reached.`);
    return null;
  }

  async function insert(response: CannedView): Promise<void> {
    const found = await rendered(response);
    if (found === null) return;
    editor.current?.insertHtml(found.content_html);
    void ask(countCannedUse({ path: { response_id: response.id } }));
  }

  const slash: Suggest = async (typed) => {
    // Asked for before they have come, they are waited for.
    const known = canned ?? (await askedFor(cache));
    const found = ranked(known, typed).map((each): Suggestion => ({
      id: each.id,
      label: each.title,
      ...(each.shortcut === null ? {} : { detail: `/${each.shortcut}` }),
      preview: async () => (await rendered(each))?.content ?? "",
      choose: () => void insert(each),
    }));
    const acts = ((await macros?.choose(typed)) ?? []).map(({ id, label, detail = "", run }): Suggestion => ({
      id,
      label,
      detail,
      choose: run,
    }));
    const first = [...(await commands(typed)), ...found].slice(0, SHOWN - Math.min(MACROS, acts.length));
    return [...first, ...acts].slice(0, SHOWN);
  };

  const at: Suggest = async (typed) => {
    if (/\s.*\s/.test(typed)) return [];
    const found = await cache.query(people(typed)).catch(() => []);
    return found.map(({ id, name, ...person }): Suggestion => ({
      id,
      label: name,
      detail: detailOf(person),
      choose: () => {
        editor.current?.insertMention(id, name);
        onMention();
      },
    }));
  };

  const number: Suggest = async (typed) => {
    if (typed === "") return [];
    const found = await cache.query(ticketsLike(typed)).catch(() => []);
    return found.map((each): Suggestion => ({
      id: each.id,
      label: `#${each.number} ${each.subject}`,
      // A customer has no way to our page: a public reply names the ticket only.
      choose: () =>
        editor.current?.insertText(`#${each.number}`, kind === "note" ? `/desk/tickets/${each.number}` : undefined),
    }));
  };
  return { "/": slash, "@": at, "#": number };
}

/** The canned responses. A fetch that ends with the connection before is asked for once more. */
async function askedFor(cache: QueryClient): Promise<readonly CannedView[]> {
  const once = () => cache.query(cannedResponses);
  return once()
    .catch(once)
    .catch(() => []);
}

/** By shortcut, then title, then words. */
function ranked(canned: readonly CannedView[], typed: string): CannedView[] {
  const sought = typed.trim().toLowerCase();
  const rank = (each: CannedView): number => {
    const shortcut = each.shortcut?.toLowerCase() ?? "";
    if (sought !== "" && shortcut === sought) return 100;
    if (sought !== "" && shortcut.startsWith(sought)) return 50;
    return matchRank(each.title, sought) * 10 || (matchRank(each.content, sought) > 0 ? 1 : 0);
  };
  return canned
    .map((each) => ({ each, rank: rank(each) }))
    .filter((found) => found.rank > 0)
    .sort((one, other) => other.rank - one.rank || one.each.title.localeCompare(other.each.title))
    .slice(0, SHOWN)
    .map(({ each }) => each);
}

/** `/note`, `/solve` and `/assign`. */
function useSlashCommands({ kind, pending, setPending, switchTo, editor }: Circumstances): Suggest {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const commandsNow = useCurrentCommands();
  return async (typed) => {
    const sought = typed.toLowerCase();
    if (sought.startsWith("assign")) {
      const found = await cache.query(people(sought.slice("assign".length).trim())).catch(() => []);
      return found.map(({ id, name }) => ({
        id: `assign ${id}`,
        label: t`Assign to ${name} when sent`,
        choose: () => setPending({ ...pending, assignee: { id, name } }),
      }));
    }
    if (sought === "") return [];
    const all: Suggestion[] = [
      {
        id: "/note",
        label: kind === "note" ? t`Write the reply` : t`Write an internal note`,
        detail: "/note",
        choose: () => switchTo(kind === "note" ? "reply" : "note"),
      },
      {
        id: "/solve",
        label: t`Solve when sent`,
        detail: "/solve",
        choose: () => {
          setPending({ ...pending, status: "solved" });
          editor.current?.focus();
        },
      },
    ];
    const keep = commandsNow.get(saveWords.id)?.act;
    if (typeof keep === "function") {
      all.push({ id: "/save", label: i18n._(saveWords.words), detail: "/save", choose: keep });
    }
    return all.filter(({ detail = "" }) => detail.startsWith(`/${sought}`));
  };
}
