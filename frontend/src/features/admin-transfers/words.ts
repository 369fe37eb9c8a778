import { useLingui } from "@lingui/react/macro";

import type { ImportDetails } from "../../api";
import type { Choice } from "../../ui/form/bound";

/** The states of a job, in words. */
export function useStateWords(): Readonly<Record<ImportDetails["state"], string>> {
  const { t } = useLingui();
  return {
    draft: t`not started`,
    waiting: t`waiting`,
    running: t`running`,
    stopping: t`stopping`,
    done: t`done`,
    cancelled: t`cancelled`,
    failed: t`failed`,
  };
}

/** The formats of files that can be imported. */
export function useFormats(): readonly Choice<ImportDetails["format"]>[] {
  const { t } = useLingui();
  return [
    { value: "csv", label: t`CSV table`, help: t`One ticket a row; the columns are assigned in the next step.` },
    { value: "jsonl", label: t`Deskbell export (JSON Lines)`, help: t`One record a line, plain or gzip.` },
    { value: "zendesk", label: t`Zendesk export (JSON)`, help: t`One ticket a line. Unpack the archive first.` },
    { value: "github", label: t`GitHub issues (JSON Lines)`, help: t`One issue a line, plain or gzip.` },
  ];
}

/** The fields of a ticket that a column can fill. */
export function useTargets(): readonly Choice[] {
  const { t } = useLingui();
  return [
    { value: "", label: t`– left out –` },
    { value: "subject", label: t`Subject (needed)` },
    { value: "requester_email", label: t`Requester's address (needed)` },
    { value: "requester_name", label: t`Requester's name` },
    { value: "description", label: t`Description` },
    { value: "status", label: t`Status` },
    { value: "priority", label: t`Priority` },
    { value: "type", label: t`Type` },
    { value: "assignee_email", label: t`Assignee's address` },
    { value: "group", label: t`Group` },
    { value: "category", label: t`Category` },
    { value: "brand", label: t`Brand` },
    { value: "tags", label: t`Tags` },
    { value: "number", label: t`Number` },
    { value: "external_id", label: t`External id` },
    { value: "created_at", label: t`Created` },
    { value: "updated_at", label: t`Updated` },
    { value: "first_response_at", label: t`First response` },
    { value: "solved_at", label: t`Solved` },
    { value: "closed_at", label: t`Closed` },
    { value: "rating", label: t`Rating (1 to 5)` },
    { value: "rating_comment", label: t`Comment of the rating` },
  ];
}
