import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { fieldDefinitions } from "../../live/directory";

/** The columns that a view can have, as people read them: the fixed ones, then the organization's own fields. */
export function useColumnChoices(): readonly { value: string; label: string }[] {
  const { t } = useLingui();
  const fields = useQuery(fieldDefinitions).data ?? [];
  return [
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
    ...fields.filter((field) => field.deleted_at === null).map(({ key, label }) => ({ value: `field.${key}`, label })),
  ];
}
