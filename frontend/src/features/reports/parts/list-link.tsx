import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { counted } from "../../../kernel/numbers";
import { PlaceLink } from "../../../ui/place";

/** Leads to the list of the tickets that a search text finds. */
export function ListLink({ query, children }: { query: string | null; children: ReactNode }) {
  return query === null ? <>{children}</> : <PlaceLink to={listOf(query)}>{children}</PlaceLink>;
}

/** A count that leads to its tickets. Nothing leads to an empty list, and nothing to one that cannot be named. */
export function Count({ value, query }: { value: number; query: string | null }) {
  const { i18n } = useLingui();
  return <ListLink query={value === 0 ? null : query}>{counted(value, i18n.locale)}</ListLink>;
}

export function listOf(query: string): string {
  return `/inbox/all?q=${encodeURIComponent(query)}`;
}
