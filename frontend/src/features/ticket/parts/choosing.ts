import type { FieldValue } from "../../../kernel/field-values";
import { lookUpCommand } from "../commands";

/** A field that refers to something, and how it is set. */
export interface Wanted {
  readonly kind: "agent" | "contact" | "ticket";
  readonly onSet: (value: FieldValue) => void;
}

let wanted: Wanted | null = null;

/** Notes for which field the palette chooses next. Returns the command to ask for. */
export function chooseFor(field: Wanted): string {
  wanted = field;
  return lookUpCommand.id;
}

export function wantedField(): Wanted | null {
  return wanted;
}
