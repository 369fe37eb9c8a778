/** An option of a field: its key never changes, its label may. */
export interface FieldOption {
  readonly key: string;
  readonly label: string;
  readonly retired: boolean;
}

/** Options as lines of a form, `key = Label`; retired ones are left out. */
export function linesOfOptions(options: readonly FieldOption[]): string {
  return options
    .filter((option) => !option.retired)
    .map(({ key, label }) => (keyOf(label) === key ? label : `${key} = ${label}`))
    .join("\n");
}

/** Reads such lines. A line without a key gets one from its label: `Very large` becomes `very_large`. */
export function optionsOfLines(text: string): { key: string; label: string }[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, key, label] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
      return key === undefined || label === undefined ? { key: keyOf(line), label: line } : { key, label };
    });
}

/** A key made of a label's letters and digits; a path `a/b` keeps its parts. */
function keyOf(label: string): string {
  return label
    .split("/")
    .map((part) =>
      part
        .normalize("NFD")
        .replaceAll(/\p{M}/gu, "")
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "_")
        .replaceAll(/^_+|_+$/g, ""),
    )
    .join("/");
}
