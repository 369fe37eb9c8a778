import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { ViewView } from "../../../api";
import { fieldDefinitions } from "../../../live/directory";
import type { Choice } from "../../../ui/form/bound";

/** Orders and columns of views in words. */
export function useViewWords() {
  const { t } = useLingui();
  const fields = useQuery(fieldDefinitions).data ?? [];
  const sorts: readonly Choice<ViewView["sort"]>[] = [
    { value: "updated_at", label: t`Last change` },
    { value: "created_at", label: t`Filed` },
    { value: "next_due_at", label: t`Next deadline` },
    { value: "waiting_since", label: t`Waiting since` },
    { value: "priority", label: t`Priority` },
    { value: "status", label: t`Status` },
    { value: "number", label: t`Number` },
  ];
  const columns: readonly Choice[] = [
    { value: "number", label: t`Number` },
    { value: "subject", label: t`Subject` },
    { value: "requester", label: t`Requester` },
    { value: "status", label: t`Status` },
    { value: "priority", label: t`Priority` },
    { value: "type", label: t`Type` },
    { value: "channel", label: t`Channel` },
    { value: "assignee", label: t`Assignee` },
    { value: "group", label: t`Group` },
    { value: "category", label: t`Category` },
    { value: "tags", label: t`Tags` },
    { value: "sla", label: t`Service level` },
    { value: "created_at", label: t`Filed` },
    { value: "updated_at", label: t`Last change` },
    { value: "first_response_at", label: t`First answered` },
    { value: "solved_at", label: t`Solved` },
    ...fields.map(({ key, label }) => ({ value: `field.${key}`, label })),
  ];
  return { sorts, columns };
}
