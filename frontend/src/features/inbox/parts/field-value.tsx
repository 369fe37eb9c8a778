import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { FieldView } from "../../../api";
import { isEmpty } from "../../../kernel/forms";
import { type FieldValue, pathLabel } from "../../../kernel/field-values";
import { dayAndTime, plainDate } from "../../../kernel/moments";
import { lookedUp } from "../../../live/directory";

/** The value of an organization's own field as people read it; nothing where there is none. */
export function FieldValueWords({ field, value }: { field: FieldView; value: FieldValue }) {
  const { i18n, t } = useLingui();
  const { type, options } = field;
  if (isEmpty(value)) return null;
  if (type === "checkbox") return value === true ? t`Yes` : t`No`;
  if (type === "lookup") return <LookedUp kind={field.limits.lookup ?? "contact"} id={String(value)} />;
  if (type === "date") return plainDate(String(value), i18n.locale);
  if (type === "datetime") return dayAndTime(String(value), i18n.locale);
  if (Array.isArray(value)) return value.map((key) => pathLabel(options, String(key))).join(", ");
  if (type === "dropdown" || type === "nested") return pathLabel(options, String(value));
  if (typeof value !== "number") return String(value);
  return new Intl.NumberFormat(i18n.locale, { useGrouping: false, maximumFractionDigits: 20 }).format(value);
}

function LookedUp({ kind, id }: { kind: "agent" | "contact" | "ticket"; id: string }) {
  const { data } = useQuery(lookedUp(kind, id));
  return data ?? null;
}
