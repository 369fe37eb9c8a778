import { msg } from "@lingui/core/macro";

import type { Words } from "../../kernel/commands";
import type { BuiltIn, Sort } from "../../kernel/views";

/** The built-in views as people read them. */
export const VIEW_NAMES: Readonly<Record<BuiltIn, Words>> = {
  mine: msg`Mine`,
  unassigned: msg`Unassigned`,
  open: msg`Open`,
  solved: msg`Solved`,
  all: msg`All`,
};

/** What lists can be sorted by. */
export const SORT_WORDS: Readonly<Record<Sort, Words>> = {
  updated_at: msg`Last change`,
  created_at: msg`Creation`,
  waiting_since: msg`Waiting time`,
  next_due_at: msg`Next deadline`,
  priority: msg`Priority`,
  status: msg`Status`,
  number: msg`Number`,
};
