import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";

import { loadWords } from "../i18n/languages";
import type { Words } from "../kernel/commands";
import { matchRank } from "../kernel/matching";
import type { Sought } from "../kernel/palette";
import { useMember } from "../live/session";

type PageWords = Pick<typeof import("../features/admin-frame"), "SECTIONS"> & typeof import("../features/page-words");

interface FoundPage {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly to: string;
}

interface FoundPages {
  readonly pages: readonly FoundPage[];
  readonly looking: boolean;
}

const NONE: FoundPages = { pages: [], looking: false };

/** The pages of settings and administration that match and that this person may open, the best first. */
export function useFoundPages({ kind, words }: Sought): FoundPages {
  const { i18n } = useLingui();
  const permissions = useMember().permissions;
  const known = usePageWords();
  if (kind !== "all" || words === "" || known === "failed") return NONE;
  if (known === null) return { pages: [], looking: true };
  const { SECTIONS, settingsPages, ownSettings, administration, alsoCalled } = known;
  const mine = Object.values(SECTIONS).filter(({ permission }) => permissions.includes(permission));
  const ranked = [
    ...settingsPages.map((page) => ranking(page, ownSettings)),
    ...mine.map((page) => ranking(page, administration)),
  ];
  const pages = ranked.filter(({ rank }) => rank > 0).sort((one, other) => other.rank - one.rank);
  return { pages: pages.map(({ page }) => page), looking: false };

  function ranking(page: { to: string; words: Words }, group: Words): { page: FoundPage; rank: number } {
    const label = i18n._(page.words);
    const also = alsoCalled[page.to];
    // The name of a page counts more than what is on it.
    const rank = Math.max(2 * matchRank(label, words), also === undefined ? 0 : matchRank(i18n._(also), words));
    const id = `page${page.to.replaceAll("/", "-")}`;
    return { page: { id, label, kind: i18n._(group), to: page.to }, rank };
  }
}

/** The pages and the words by which they are found, loaded with the palette; null until then. */
function usePageWords(): PageWords | "failed" | null {
  const [words, setWords] = useState<PageWords | "failed" | null>(null);
  useEffect(() => {
    let gone = false;
    const show = (found: PageWords | "failed") => {
      if (!gone) setWords(found);
    };
    const loading = [
      import("../features/page-words"),
      import("../features/admin-frame"),
      loadWords("page-words"),
    ] as const;
    Promise.all(loading).then(
      ([found, { SECTIONS }]) => show({ ...found, SECTIONS }),
      () => show("failed"),
    );
    return () => {
      gone = true;
    };
  }, []);
  return words;
}
