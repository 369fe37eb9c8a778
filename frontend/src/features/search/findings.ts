import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { askOrThrow, search } from "../../api";
import { quoted } from "../../kernel/chips";
import type { Words } from "../../kernel/commands";
import { matchRank } from "../../kernel/matching";
import type { Sought } from "../../kernel/palette";
import { BUILT_IN } from "../../kernel/views";
import { people } from "../../live/catalogs";
import { usePermission } from "../../live/session";
import { savedViews } from "../../live/views";

/** Something that the palette leads to. */
export interface Finding {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly view: string;
  readonly number?: string;
  readonly q?: string;
  /** The page that it leads to, for what is no list of tickets. */
  readonly to?: string;
}

const PAUSE_MS = 120;
const MOST = 6;
const VIEWS: Readonly<Record<(typeof BUILT_IN)[number], Words>> = {
  mine: msg`Mine`,
  unassigned: msg`Unassigned`,
  open: msg`Open`,
  solved: msg`Solved`,
  all: msg`All`,
};

/** What is known here, and below it what the server finds. */
export function useFindings(sought: Sought, on: boolean): { found: readonly Finding[]; looking: boolean } {
  const { t } = useLingui();
  const known = useKnown(sought, on);
  const words = useRested(sought.words);
  const readable = usePermission("search:read");
  const asks = on && readable && words.length > 1 && sought.kind !== "command";
  const answer = useQuery({
    queryKey: ["found", sought.kind, words],
    queryFn: ({ signal }) => {
      const types = sought.kind === "person" ? "contacts" : "tickets,contacts,articles";
      return askOrThrow(search({ query: { q: words, types, limit: MOST }, signal }));
    },
    enabled: asks && sought.kind !== "number",
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  const staff = useQuery({ ...people(words), enabled: asks && sought.kind !== "number" });
  if (!asks || sought.words === "") return { found: known, looking: false };
  const { tickets = [], contacts = [], articles = [] } = answer.data ?? {};
  const found = [
    ...known,
    ...tickets
      .filter(({ number }) => String(number) !== sought.words) // that one leads already
      .map(({ id, number, subject }) =>
        finding(id, `#${number} ${subject}`, t`ticket`, "all", { number: String(number) }),
      ),
    ...contacts.map(({ id, name, email }) =>
      finding(id, `${name} · ${email}`, t`contact`, "all", { to: `/contacts/${id}` }),
    ),
    ...articles.map(({ id, title }) => finding(id, title, t`article`, "all", { to: `/knowledge/${id}` })),
    ...(staff.data ?? []).map(({ id, name, email }) =>
      finding(id, name, t`staff`, "open", { q: `assignee:${quoted(email)}` }),
    ),
  ];
  return { found, looking: answer.isFetching || words !== sought.words };
}

function finding(
  id: string,
  label: string,
  kind: string,
  view: string,
  more: Pick<Finding, "number" | "q" | "to">,
): Finding {
  return { id, label, kind, view, ...more };
}

/** The ticket of a number, and the views. */
function useKnown({ kind, words }: Sought, on: boolean): Finding[] {
  const { i18n, t } = useLingui();
  const saved = useQuery({ ...savedViews, enabled: on }).data ?? [];
  const number = /^\d{1,9}$/.exec(words)?.[0];
  const ticket =
    number !== undefined && (kind === "number" || kind === "all")
      ? [{ id: `number-${number}`, label: t`Ticket #${number}`, kind: "", view: "all", number }]
      : [];
  if (kind !== "all" || words === "") return ticket;
  const views = [
    ...BUILT_IN.map((view) => ({ id: view, label: i18n._(VIEWS[view]) })),
    ...saved.map(({ id, name }) => ({ id, label: name })),
  ];
  const named = views
    .filter(({ label }) => matchRank(label, words) > 0)
    .map(({ id, label }) => ({ id: `view-${id}`, label, kind: t`view`, view: id }));
  return [...ticket, ...named];
}

/** The words once they have rested for a moment, so that not each letter asks the server. */
function useRested(words: string): string {
  const [rested, setRested] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setRested(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return rested;
}
