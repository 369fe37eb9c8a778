import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";

import type { CannedView } from "../../../api";
import type { Begun, Draft, DraftKind } from "../../../live/drafts";
import { useCurrentCommands } from "../../../ui/commands";
import type { EditorHandle } from "../../../ui/editor-handle";
import type { Suggest, Suggestion } from "../../../ui/editor-suggesting";
import { useMacros } from "../../macro-use";
import { saveWords } from "../commands";
import { usePersonDetail } from "../presence-words";
import { cannedResponses, people, ticketsLike } from "../queries";
import type { ComposedTicket } from "./composed-ticket";
import { SHOWN, useCanned } from "./use-canned";
import type { Pending } from "./use-sending";

interface Circumstances {
  ticket: ComposedTicket;
  kind: DraftKind;
  editor: RefObject<EditorHandle | null>;
  pending: Pending;
  setPending: (pending: Pending) => void;
  switchTo: (kind: DraftKind) => void;
  onMention: () => void;
  draft: Draft;
  begun: Begun;
}

/** So many places of the list are for macros, if as many match. */
const MACROS = 3;

/** What `/`, `@` and `#` offer in the field: canned responses and commands, colleagues, tickets. */
export function useSigns(circumstances: Circumstances): Readonly<Record<string, Suggest>> {
  const { ticket, kind, editor, onMention, draft, begun } = circumstances;
  const cache = useQueryClient();
  useQuery(cannedResponses); // there before `/` asks for them
  const canned = useCanned(ticket.id, draft, begun);
  const insert = (response: CannedView) => canned.insert(response, () => editor.current);
  const commands = useSlashCommands(circumstances);
  const macros = useMacros([ticket.id], ticket.requester.name);
  const detailOf = usePersonDetail();

  const slash: Suggest = async (typed) => {
    const found = (await canned.like(typed)).map((each): Suggestion => ({
      id: each.id,
      label: each.title,
      ...(each.shortcut === null ? {} : { detail: `/${each.shortcut}` }),
      preview: async () => (await canned.rendered(each))?.content ?? "",
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
