import { useQueryClient } from "@tanstack/react-query";

import type { Answer, Problem } from "../../../api";
import { changed, changedBut, problemIn } from "../../../live/records";
import { useChosen } from "../../../ui/manage/use-chosen";
import { useGo } from "../../../ui/place";
import type { Section } from "../sections";

interface After {
  /** The record was changed: lists and forms show it. */
  saved: (answer: Answer<unknown>) => Promise<Problem | undefined>;
  /** The record is new: its form opens under its own address. */
  created: (answer: Answer<{ data: { id: string } }>) => Promise<Problem | undefined>;
  /** The record is gone: back to the list. */
  deleted: (answer: Answer<unknown>) => Promise<Problem | undefined>;
}

/** What follows a write: `nouns` are fetched again where they are shown. Each returns the refusal, if any. */
export function useAfter(section: Section, ...nouns: readonly string[]): After {
  const cache = useQueryClient();
  const go = useGo();
  const chosen = useChosen();
  return {
    saved: async (answer) => {
      if (answer.ok) await changed(cache, ...nouns);
      return problemIn(answer);
    },
    created: async (answer) => {
      if (!answer.ok) return answer.problem;
      await changed(cache, ...nouns);
      go(`${section.to}/${answer.value.id}`);
      return undefined;
    },
    deleted: async (answer) => {
      if (!answer.ok) return answer.problem;
      go(section.to);
      // The form may show for another moment: asking for its record again would find nothing.
      await changedBut(cache, chosen, ...nouns);
      return undefined;
    },
  };
}
