import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { askOrThrow, type ChipView, parseSearch, suggestSearch, type SuggestionView } from "../../../api";
import { placeAt, pointsIn } from "../../../kernel/chips";
import { useSettled } from "../../../ui/use-settled";

/** Ways to go on in a search text: each takes the place of `length` units of the text from `position` on. */
export interface Suggestions {
  readonly position: number;
  readonly length: number;
  readonly items: readonly SuggestionView[];
}

const NONE: Suggestions = { position: 0, length: 0, items: [] };
const MOST = 8;
const TYPED_MS = 60;
const KEPT_MS = 30_000;

/** What the server proposes at the caret: operators, or values of the operator there. Without a caret nothing. */
export function useSuggestions(text: string, caret: number | null): Suggestions {
  const asked = useSettled(JSON.stringify([text, caret]), TYPED_MS);
  const current = asked === JSON.stringify([text, caret]);
  const found = useQuery({
    queryKey: ["search", "suggest", asked],
    enabled: caret !== null && current,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const at = pointsIn(text.slice(0, caret ?? text.length));
      return { asked, answer: await askOrThrow(suggestSearch({ query: { q: text, at, limit: MOST }, signal })) };
    },
  }).data;
  // Proposals for other letters would take a wrong place.
  if (caret === null || found?.asked !== JSON.stringify([text, caret])) return NONE;
  const { position, length, suggestions } = found.answer;
  const [start, end] = [placeAt(text, position), placeAt(text, position + length)];
  const typed = text.slice(start, end);
  return { position: start, length: end - start, items: suggestions.filter((each) => each.text !== typed) };
}

/** The parts of a search text as the server reads them: whole names, and what is wrong with a part. */
export function useParsed(words: string): readonly ChipView[] | undefined {
  return useQuery({
    queryKey: ["search", "parse", words],
    enabled: words !== "",
    staleTime: KEPT_MS,
    retry: false,
    queryFn: async ({ signal }) => (await askOrThrow(parseSearch({ query: { q: words }, signal }))).chips,
  }).data;
}
