import { useLingui } from "@lingui/react/macro";

import type { Kind } from "../../../api";
import type { Choice } from "../../../ui/form/bound";

/** The types of fields and who among the customers sees them, in words. */
export function useFieldWords(): {
  kinds: readonly Choice<Kind>[];
  customer: readonly Choice[];
  customerOfContact: readonly Choice[];
} {
  const { t } = useLingui();
  const kinds: readonly Choice<Kind>[] = [
    { value: "text", label: t`Text`, help: t`One line` },
    { value: "multiline", label: t`Long text`, help: t`Several lines` },
    { value: "integer", label: t`Whole number` },
    { value: "decimal", label: t`Number`, help: t`With decimal places` },
    { value: "date", label: t`Date` },
    { value: "datetime", label: t`Date and time` },
    { value: "checkbox", label: t`Yes or no` },
    { value: "dropdown", label: t`Choice`, help: t`One of the options` },
    { value: "multi_select", label: t`Several choices` },
    { value: "nested", label: t`Choice in levels`, help: t`Options such as hardware/laptop` },
    { value: "pattern", label: t`Pattern`, help: t`A line that a regular expression matches as a whole` },
    { value: "url", label: t`Web address` },
    { value: "lookup", label: t`Person or ticket` },
  ];
  const customer: readonly Choice[] = [
    { value: "hidden", label: t`Do not see it` },
    { value: "read", label: t`See it on their tickets` },
    { value: "write", label: t`See it, and set it on new tickets` },
  ];
  const customerOfContact: readonly Choice[] = [
    { value: "hidden", label: t`Do not see it` },
    { value: "read", label: t`See it in their profile and in the download of their data` },
  ];
  return { kinds, customer, customerOfContact };
}
