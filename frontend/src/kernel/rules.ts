/** A rule's condition as a form shows it: texts of the search language, one a line. */
export interface ConditionTexts {
  /** Every line must hold. */
  readonly all: string;
  /** At least one line must hold. */
  readonly any: string;
  /** No line may hold. */
  readonly none: string;
  /** A condition with groups inside groups, as JSON; then the others are empty. */
  readonly nested: string;
}

/** One action as a line of a form: what it does, and with what. */
export interface ActionLine {
  readonly kind: string;
  readonly value: string;
  /** Names of the files of a reply or note. */
  readonly files?: readonly string[];
}

const GROUPS = ["all", "any", "none"] as const;
/** Actions with one text; `kind` then has its name behind a point. */
const WORDED: Readonly<Record<string, readonly string[]>> = { reply: ["text", "canned"], note: ["text", "canned"] };
/** The recipients of a notice, in place of people and groups by name. */
const ADDRESSED = ["assignee", "leads"];
/** The recipients of a mail, in place of addresses. */
const MAILED = ["requester", "assignee", "group", "leads", "followers"];
/** Actions with a name or a duration. */
const NAMED = ["assign", "snooze", "macro"];
/** Actions with names, or tags. */
const LISTS = ["add_tags", "remove_tags", "follow", "unfollow"];

/** Reads a condition of v1 into texts. */
export function textsOfCondition(when: unknown): ConditionTexts {
  const empty = { all: "", any: "", none: "", nested: "" };
  if (when === null || when === undefined) return empty;
  if (typeof when === "string") return { ...empty, all: when };
  const groups = when as Record<string, unknown>;
  const plain = Object.entries(groups).every(
    ([name, texts]) =>
      GROUPS.some((each) => each === name) && Array.isArray(texts) && texts.every((text) => typeof text === "string"),
  );
  if (!plain) return { ...empty, nested: JSON.stringify(when, null, 2) };
  const lines = Object.entries(groups as Record<string, string[]>).map(([name, texts]) => [name, texts.join("\n")]);
  return { ...empty, ...(Object.fromEntries(lines) as Partial<ConditionTexts>) };
}

/** Writes texts as a condition of v1. Throws `SyntaxError` where the JSON cannot be read. */
export function conditionOfTexts(texts: ConditionTexts): unknown {
  if (texts.nested.trim() !== "") return JSON.parse(texts.nested);
  const groups = GROUPS.map((name) => [name, linesOf(texts[name])] as const).filter(([, lines]) => lines.length > 0);
  const [first] = groups;
  if (first === undefined) return null;
  const [name, lines] = first;
  if (groups.length === 1 && name === "all" && lines.length === 1) return lines[0];
  return Object.fromEntries(groups);
}

/** Reads the actions of v1 into lines, in their order. Those that this form does not know keep their JSON. */
export function linesOfActions(actions: readonly object[]): ActionLine[] {
  return actions.flatMap((action) =>
    Object.entries(action as Record<string, unknown>).flatMap(([name, value]) => {
      if (name === "set" || name === "fill") {
        const fields = Object.entries(value as Record<string, unknown>);
        if (fields.every(([, each]) => typeof each === "string")) {
          return fields.map(([field, each]) => ({ kind: `${name}.${field}`, value: each as string }));
        }
      }
      if (LISTS.includes(name) && isPlainList(value)) return [{ kind: name, value: value.join(", ") }];
      if (NAMED.includes(name) && typeof value === "string") return [{ kind: name, value }];
      const worded = wordedLine(name, value) ?? mailLine(name, value) ?? groupLine(name, value);
      if (worded !== null) return [worded];
      return [{ kind: "json", value: JSON.stringify({ [name]: value }) }];
    }),
  );
}

/** Whether commas can separate the parts of a list. */
function isPlainList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string" && !each.includes(","));
}

/** A reply, a note or a notice that has nothing but a text, and files. */
function wordedLine(name: string, value: unknown): ActionLine | null {
  if (WORDED[name] !== undefined) {
    const { files, ...words } = (value ?? {}) as { files?: readonly string[] };
    const line = plainlyWorded(name, words);
    return line === null || files === undefined ? line : { ...line, files };
  }
  return plainlyWorded(name, value);
}

function plainlyWorded(name: string, value: unknown): ActionLine | null {
  const parts = Object.entries((value ?? {}) as Record<string, unknown>);
  const [[key, text] = ["", null], second, ...more] = parts;
  if (more.length > 0 || typeof text !== "string") return null;
  if (second === undefined)
    return WORDED[name]?.includes(key) === true ? { kind: `${name}.${key}`, value: text } : null;
  const isNotice = name === "notify" && key === "text" && ADDRESSED.includes(second[0]) && second[1] === true;
  return isNotice ? { kind: `notify.${second[0]}`, value: text } : null;
}

/** A mail to one kind of people: its subject in the first line, its text in the others. */
function mailLine(name: string, value: unknown): ActionLine | null {
  if (name !== "mail") return null;
  const { to, subject, text } = value as { to: readonly string[]; subject: string; text: string };
  const [recipient = "", ...others] = to;
  if (others.length > 0 || !MAILED.includes(recipient) || subject.includes("\n")) return null;
  return { kind: `mail.${recipient}`, value: `${subject}\n${text}` };
}

/** An escalation, or a distribution in the way that is set without saying so. */
function groupLine(name: string, value: unknown): ActionLine | null {
  if (name !== "distribute" && name !== "escalate") return null;
  const { group, ...rest } = value as { group?: string };
  if (Object.keys(rest).length > 0) return null;
  return group === undefined ? { kind: name, value: "" } : { kind: `${name}.group`, value: group };
}

/** Writes lines as actions of v1, each as one. Throws `SyntaxError` where JSON cannot be read. */
export function actionsOfLines(lines: readonly ActionLine[]): object[] {
  return lines.map(({ kind, value, files = [] }) => {
    const [name = "", field] = kind.split(".");
    if (name === "notify" && field !== undefined) return { notify: { text: value.trim(), [field]: true } };
    if (name === "mail" && field !== undefined) {
      const [subject = "", ...text] = value.split("\n");
      return { mail: { to: [field], subject: subject.trim(), text: text.join("\n").trim() } };
    }
    if (kind === "distribute" || kind === "escalate") return { [kind]: {} };
    if (field !== undefined) return { [name]: { [field]: value.trim(), ...(files.length === 0 ? {} : { files }) } };
    if (LISTS.includes(kind)) return { [kind]: listed(value) };
    if (kind === "json") return JSON.parse(value) as object;
    return { [kind]: value.trim() };
  });
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Puts one of a list's items at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, index) => index !== from);
  const item = items[from];
  return item === undefined ? [...items] : [...rest.slice(0, to), item, ...rest.slice(to)];
}
