import { msg } from "@lingui/core/macro";

import type { Words } from "../../../kernel/commands";

/** The values of fields that have words of their own. */
export const VALUES: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  status: {
    new: msg`New`,
    open: msg`Open`,
    pending: msg`Pending`,
    hold: msg`On hold`,
    solved: msg`Solved`,
    closed: msg`Closed`,
  },
  priority: { low: msg`Low`, normal: msg`Normal`, high: msg`High`, urgent: msg`Urgent` },
  type: { question: msg`Question`, incident: msg`Incident`, problem: msg`Problem`, task: msg`Task` },
};
