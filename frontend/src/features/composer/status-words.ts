import { msg } from "@lingui/core/macro";

import type { Status } from "../../api";
import type { Words } from "../../kernel/commands";

/** The statuses that words can be sent with, in their order. */
export const STATUS_WORDS: Readonly<Record<Status, Words>> = {
  new: msg`New`,
  open: msg`Open`,
  pending: msg`Pending`,
  hold: msg`On hold`,
  solved: msg`Solved`,
  closed: msg`Closed`,
};
