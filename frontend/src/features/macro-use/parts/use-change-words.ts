import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { MacroView } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { categories, groups } from "../../../live/catalogs";
import { useMember } from "../../../live/session";
import { VALUES } from "./value-words";

/** A change that a macro will make as words, such as "Priority: High". People and own statuses have the macro's own names. */
export function useChangeWords(macro: MacroView): (field: string, now: unknown) => string {
  const { t, i18n } = useLingui();
  const me = useMember().name;
  const known = useQuery(groups).data ?? [];
  const named = [...known, ...(useQuery(categories).data ?? [])];
  const labels: Readonly<Record<string, string>> = {
    status: t`status`,
    status_id: t`own status`,
    priority: t`priority`,
    type: t`type`,
    assignee_id: t`assignee`,
    group_id: t`group`,
    category_id: t`category`,
    snoozed_until: t`waits until`,
    "tags.added": t`gets the tag`,
    "tags.removed": t`loses the tag`,
  };

  function valueOf(field: string, now: unknown): string {
    if (now === null || now === "") return t`none`;
    if (typeof now === "boolean") return now ? t`yes` : t`no`;
    if (field === "assignee_id") return assigned(macro).replace(/^me$/, me);
    if (field === "status_id") return ownStatus(macro);
    if (typeof now !== "string") return Array.isArray(now) ? now.map(String).join(", ") : JSON.stringify(now);
    if (field === "snoozed_until") return exactly(now, i18n.locale);
    return named.find(({ id }) => id === now)?.name ?? wordOf(field, now);
  }

  function wordOf(field: string, now: string): string {
    const known = VALUES[field]?.[now];
    return known === undefined ? now : i18n._(known);
  }

  return (field, now) => `${labels[field] ?? field.replace(/^field\./, "")}: ${valueOf(field, now)}`;
}

/** The name of the last assignee that a macro sets. */
function assigned({ do: actions }: MacroView): string {
  return actions.map(({ assign }) => assign).findLast((each) => each !== undefined) ?? "";
}

/** The name of the last own status that a macro sets. */
function ownStatus({ do: actions }: MacroView): string {
  return (
    actions
      .flatMap(({ set, fill }) => [set?.custom_status, fill?.custom_status])
      .findLast((each) => each !== undefined) ?? ""
  );
}
