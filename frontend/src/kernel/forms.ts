import type { FieldValue } from "./field-values";

/**
 * A condition of a form: one of the groups, or a comparison of `of`, which is `type`, `priority`, `category` or `field.KEY`.
 * The server decides the same from the same data.
 */
export interface Condition {
  readonly all?: readonly Condition[] | null;
  readonly any?: readonly Condition[] | null;
  readonly none?: readonly Condition[] | null;
  readonly of?: string;
  readonly in?: readonly (string | number | boolean)[];
  readonly from?: number | null;
  readonly before?: number | null;
  readonly empty?: boolean;
  readonly not?: boolean;
}

/** A field of a form, with the condition under which it is shown. */
export interface FormItem {
  readonly key: string;
  readonly required: "never" | "create" | "solve";
  readonly show: Condition | null;
}

/** The parts of a ticket that conditions ask for. */
export interface Subject {
  readonly type: string;
  readonly priority: string;
  readonly category_id: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The keys of the fields that are shown, in their order. A condition sees a hidden field as one without a value. */
export function visible(items: readonly FormItem[], subject: Subject): string[] {
  const values = new Map<string, unknown>();
  for (const { key, show } of items) {
    if (show === null || holds(show, subject, values)) values.set(key, subject.fields[key]);
  }
  return [...values.keys()];
}

/** The keys of the fields that must have a value by a moment and have none. What is not shown is never required. */
export function missing(items: readonly FormItem[], subject: Subject, moment: "create" | "solve"): string[] {
  const asked = new Set(
    items.filter(({ required }) => required === "create" || required === moment).map(({ key }) => key),
  );
  return visible(items, subject).filter((key) => asked.has(key) && isEmpty(subject.fields[key]));
}

/** Whether a field has no value. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function holds(condition: Condition, subject: Subject, values: ReadonlyMap<string, unknown>): boolean {
  const { all, any, none } = condition;
  if (all != null) return all.every((part) => holds(part, subject, values));
  if (any != null) return any.some((part) => holds(part, subject, values));
  if (none != null) return !none.some((part) => holds(part, subject, values));
  return compared(condition, valueOf(condition.of ?? "", subject, values)) !== (condition.not ?? false);
}

function valueOf(of: string, subject: Subject, values: ReadonlyMap<string, unknown>): unknown {
  if (of.startsWith("field.")) return values.get(of.slice("field.".length));
  if (of === "category") return subject.category_id;
  return of === "type" ? subject.type : subject.priority;
}

function compared(condition: Condition, value: unknown): boolean {
  if (isEmpty(value)) return condition.empty ?? false;
  if (Array.isArray(value)) return value.some((each) => among(condition, each as FieldValue));
  if (typeof value === "number" && (condition.in ?? []).length === 0) {
    const { from = null, before = null } = condition;
    return (
      (from !== null || before !== null) && (from === null || value >= from) && (before === null || value < before)
    );
  }
  return among(condition, value as FieldValue);
}

function among({ in: wanted = [] }: Condition, value: FieldValue): boolean {
  if (typeof value === "string") return wanted.some((each) => value === each || value.startsWith(`${String(each)}/`));
  return wanted.some((each) => value === each);
}
