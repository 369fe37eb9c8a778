import { useLingui } from "@lingui/react/macro";

import type { Priority } from "../../../api";

/** Priorities in words. */
export function usePriorityWords(): Readonly<Record<Priority, string>> {
  const { t } = useLingui();
  return { urgent: t`Urgent`, high: t`High`, normal: t`Normal`, low: t`Low` };
}
