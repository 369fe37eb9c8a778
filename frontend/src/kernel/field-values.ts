/** The types of fields that an organization defines. */
export type FieldKind =
  | "text"
  | "multiline"
  | "integer"
  | "decimal"
  | "date"
  | "datetime"
  | "checkbox"
  | "dropdown"
  | "multi_select"
  | "nested"
  | "pattern"
  | "url"
  | "lookup";

export type FieldValue = string | number | boolean | readonly string[] | null;

/**
 * What was typed, as the value of a field; `undefined` if it is none of that type. Nothing typed clears the field. Whether
 * it keeps to the field's limits, the server decides.
 */
export function valueTyped(kind: FieldKind, typed: string): FieldValue | undefined {
  const text = typed.trim();
  if (text === "") return null;
  if (kind === "integer") return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (kind === "decimal") {
    const plain = text.replace(",", ".");
    return /^[+-]?\d{0,15}(\.\d+)?$/.test(plain) && /\d/.test(plain) ? Number(plain) : undefined;
  }
  if (kind === "datetime") {
    const moment = new Date(text);
    return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace(/\.\d+Z$/, "Z");
  }
  return kind === "multiline" ? typed : text;
}

/** A value as its field of entry shows it. */
export function typedOf(kind: FieldKind, value: FieldValue | undefined): string {
  if (value === null || value === undefined || typeof value === "object") return "";
  if (kind !== "datetime") return String(value);
  const moment = new Date(String(value));
  if (Number.isNaN(moment.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** The options that can be chosen: those in use, and a retired one only where it is chosen already. */
export function offered<O extends { readonly key: string; readonly retired?: boolean }>(
  options: readonly O[],
  chosen: readonly string[],
): O[] {
  return options.filter((option) => option.retired !== true || chosen.includes(option.key));
}

/** The label of a nested option with those above it: "Hardware › Laptop". */
export function pathLabel(options: readonly { readonly key: string; readonly label: string }[], key: string): string {
  const parts = key.split("/");
  return parts
    .map((_, index) => parts.slice(0, index + 1).join("/"))
    .map((above) => options.find((option) => option.key === above)?.label ?? above.split("/").at(-1) ?? "")
    .join(" › ");
}
