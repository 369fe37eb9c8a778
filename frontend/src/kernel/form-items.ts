/** A field in a form, as v1 has it. */
interface Item {
  readonly field: string;
  readonly required?: Required;
  readonly customer?: "hidden" | "read" | "write" | null;
  readonly show?: unknown;
}

type Required = "never" | "create" | "solve";

/** The same as it is edited: a condition is a text, in JSON where it has groups. */
export interface ItemLine {
  readonly field: string;
  readonly required: Required;
  readonly customer: "hidden" | "read" | "write" | "";
  readonly show: string;
}

export function linesOfItems(items: readonly Item[]): ItemLine[] {
  return items.map(({ field, required, customer, show }) => ({
    field,
    required: required ?? "never",
    customer: customer ?? "",
    show: show == null ? "" : typeof show === "string" ? show : JSON.stringify(show),
  }));
}

/** Throws `SyntaxError` for a group that is no JSON. */
export function itemsOfLines(lines: readonly ItemLine[]): Item[] {
  return lines.map(({ field, required, customer, show }) => ({
    field,
    required,
    customer: customer === "" ? null : customer,
    show: conditionOf(show.trim()),
  }));
}

function conditionOf(text: string): unknown {
  if (text === "") return null;
  return text.startsWith("{") ? (JSON.parse(text) as unknown) : text;
}
