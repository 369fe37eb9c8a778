import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { type Condition, type FormItem, missing, visible } from "./forms";

interface Case {
  form: string;
  ticket: { type?: string; priority?: string; category_id?: string; values?: Record<string, unknown> };
  visible: string[];
  create: string[];
  solve: string[];
}

interface Written {
  field: string;
  required: FormItem["required"];
  show: Condition | null;
}

/** The cases that hold for every client; the server is tested with the same. */
const { forms, cases } = JSON.parse(readFileSync("../docs/api/form-visibility.json", "utf-8")) as {
  forms: Record<string, Written[]>;
  cases: Case[];
};

test.each(cases)("$form with $ticket", ({ form, ticket, ...expected }) => {
  const items = (forms[form] ?? []).map(({ field, required, show }) => ({ key: field, required, show }));
  const { type = "question", priority = "normal", category_id = null, values = {} } = ticket;
  const subject = { type, priority, category_id, fields: values };
  expect({
    visible: visible(items, subject),
    create: missing(items, subject, "create"),
    solve: missing(items, subject, "solve"),
  }).toEqual(expected);
});
