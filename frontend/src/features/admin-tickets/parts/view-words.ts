import { useLingui } from "@lingui/react/macro";

import type { ViewView } from "../../../api";
import type { Choice } from "../../../ui/form/bound";
import { useColumnChoices } from "../../inbox";

/** Orders and columns of views in words. */
export function useViewWords() {
  const { t } = useLingui();
  const sorts: readonly Choice<ViewView["sort"]>[] = [
    { value: "updated_at", label: t`Last change` },
    { value: "created_at", label: t`Filed` },
    { value: "next_due_at", label: t`Next deadline` },
    { value: "waiting_since", label: t`Waiting since` },
    { value: "priority", label: t`Priority` },
    { value: "status", label: t`Status` },
    { value: "number", label: t`Number` },
  ];
  const columns: readonly Choice[] = useColumnChoices();
  return { sorts, columns };
}
