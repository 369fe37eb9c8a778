import { msg } from "@lingui/core/macro";

import type { Command } from "../../kernel/commands";

export const goToKnowledge: Command = {
  id: "go.knowledge",
  words: msg`Go to the knowledge base`,
  place: "go",
  keys: ["g k"],
  alsoCalled: msg`Articles, help centre`,
};

export const knowledgeCommands: readonly Command[] = [goToKnowledge];
