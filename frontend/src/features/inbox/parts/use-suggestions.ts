import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { OPERATORS, quoted } from "../../../kernel/chips";
import { matchRank } from "../../../kernel/matching";
import { categories, groups, people, tags } from "../../../live/catalogs";

/** A way to complete the part that is being written. */
export interface Suggestion {
  readonly text: string;
  readonly about: string;
  /** Nothing more belongs to this part. */
  readonly complete: boolean;
}

const MOST = 8;

/** Completions of a part of the search text: operators first, after a colon its values. `null` for none at all. */
export function useSuggestions(part: string | null): readonly Suggestion[] {
  const { t } = useLingui();
  const [, minus = "", operator = "", begun = ""] = /^(-?)([a-z_]+):"?([^"]*)$/i.exec(part ?? "") ?? [];
  const names = useNames(operator.toLowerCase(), begun);
  if (part === null || part === "-") return [];
  if (operator !== "") {
    const values = [...(OPERATORS[operator.toLowerCase()] ?? []), ...names.map(quoted)];
    const found = values.filter((value) => matchRank(value.replaceAll('"', ""), begun) > 0);
    return found
      .filter((value) => value !== begun)
      .slice(0, MOST)
      .map((value) => ({ text: `${minus}${operator}:${value}`, about: "", complete: true }));
  }
  const about: Readonly<Record<string, string>> = {
    status: t`new, open, pending …`,
    priority: t`low to urgent`,
    assignee: t`me, none, a name`,
    requester: t`who asks`,
    tag: t`a tag`,
    group: t`a group`,
    category: t`a category`,
    created: t`a day, or > and < a day`,
    updated: t`a day, or > and < a day`,
    solved: t`a day, or > and < a day`,
  };
  const [sign, word] = part.startsWith("-") ? ["-", part.slice(1)] : ["", part];
  return Object.keys(OPERATORS)
    .filter((name) => name.startsWith(word.toLowerCase()))
    .slice(0, MOST)
    .map((name) => ({ text: `${sign}${name}:`, about: about[name] ?? "", complete: false }));
}

/** What an operator's values are called on this desk, fetched when it is first written. */
function useNames(name: string, begun: string): readonly string[] {
  const found = useQuery({ ...people(begun), enabled: name === "assignee" }).data ?? [];
  const tagged = useQuery({ ...tags, enabled: name === "tag" }).data ?? [];
  const grouped = useQuery({ ...groups, enabled: name === "group" }).data ?? [];
  const sorted = useQuery({ ...categories, enabled: name === "category" }).data ?? [];
  const all: Readonly<Record<string, readonly { readonly name: string }[]>> = {
    assignee: found,
    tag: tagged,
    group: grouped,
    category: sorted,
  };
  return (all[name] ?? []).map((each) => each.name);
}
