import type { FieldView, UpdateContact } from "../../../api";
import { type FieldValue, offered, pathLabel, typedOf, valueTyped } from "../../../kernel/field-values";
import { FormArea, FormCheck, FormChecks, FormSelect, FormText } from "../../../ui/form/bound";
import type { Form, Refusal } from "../../../ui/form/use-form";
import { FieldInput } from "../../ticket";

/** What a form holds of a field: a text, a checked box, or the chosen options. */
type Held = string | boolean | readonly string[];

/** The form's values of fields, by `fields.` and the key, as the server names them in refusals. */
export type FieldsForm = Form<Record<string, Held>>;

const nameOf = (key: string) => `fields.${key}`;

/** The saved values of fields as the form holds them. */
export function valuesOfFields(
  defined: readonly FieldView[],
  values: Readonly<Record<string, FieldValue>>,
): Record<string, Held> {
  return Object.fromEntries(defined.map((field) => [nameOf(field.key), held(field, values[field.key] ?? null)]));
}

function held({ type }: FieldView, value: FieldValue): Held {
  if (type === "checkbox") return value === true;
  if (type === "multi_select") return Array.isArray(value) ? value.map(String) : [];
  return typedOf(type, value);
}

type Sent = NonNullable<UpdateContact["fields"]>;

/** The values to send of the fields that were changed, and the names of those that cannot be read. */
export function enteredFields(
  defined: readonly FieldView[],
  changes: Readonly<Record<string, unknown>>,
): { fields: Sent; wrong: readonly string[] } {
  const fields: Sent = {};
  const wrong: string[] = [];
  for (const { key, type } of defined) {
    const value = changes[nameOf(key)] as Held | undefined;
    if (value === undefined) continue;
    const read = typeof value === "string" ? valueTyped(type, value) : value;
    if (read === undefined) wrong.push(nameOf(key));
    else fields[key] = Array.isArray(read) ? read.map(String) : (read as Sent[string]);
  }
  return { fields, wrong };
}

/** The refusal for texts in fields of numbers, before anything is sent. */
export function unreadable(names: readonly string[], sentence: string): Refusal {
  const fields = Object.fromEntries(names.map((name) => [name, sentence]));
  return { kind: "refused", status: 422, code: "VALIDATION_ERROR", message: sentence, fields, requestId: null };
}

/** A field of contacts in the form, entered as its type wants. */
export function ContactField({ form, field, disabled }: { form: FieldsForm; field: FieldView; disabled: boolean }) {
  const { key, label, type } = field;
  const name = nameOf(key);
  const value = form.values[name];
  if (value === undefined) return null; // defined a moment ago: the form has it with the next render
  const help = field.help === "" ? {} : { help: field.help };
  const common = { name, label, ...help };
  if (type === "checkbox") return <FormCheck form={form as unknown as Form<Record<string, boolean>>} {...common} />;
  if (type === "multi_select") {
    const choices = offered(field.options, value as readonly string[]).map((option) => ({
      value: option.key,
      label: option.label,
    }));
    return (
      <FormChecks form={form as unknown as Form<Record<string, readonly string[]>>} {...common} choices={choices} />
    );
  }
  const typed = form as unknown as Form<Record<string, string>>;
  if (type === "dropdown" || type === "nested") {
    const choices = offered(field.options, [String(value)]).map((option) => ({
      value: option.key,
      label: pathLabel(field.options, option.key),
    }));
    return <FormSelect form={typed} {...common} choices={[{ value: "", label: "–" }, ...choices]} />;
  }
  if (type === "lookup") {
    return (
      <FieldInput
        field={field}
        value={String(value)}
        disabled={disabled}
        trouble={form.refusal?.fields[name]}
        onSet={(chosen) => form.set(name, typeof chosen === "string" ? chosen : "")}
      />
    );
  }
  if (type === "multiline") return <FormArea form={typed} {...common} />;
  return <FormText form={typed} {...common} {...entry(type)} autoComplete="off" />;
}

function entry(type: FieldView["type"]) {
  if (type === "date") return { type: "date" } as const;
  if (type === "datetime") return { type: "datetime-local" } as const;
  if (type === "url") return { type: "url" } as const;
  return type === "integer" || type === "decimal" ? ({ inputMode: "decimal" } as const) : {};
}
