import { useEffect, useEffectEvent, useRef, useState } from "react";

import { keep, type Kept, readKept, same } from "./kept";

/** Why something was not saved; every `Problem` of the server is one. */
export interface Refusal {
  readonly kind: "unreachable" | "ended" | "refused";
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The sentence for each field that was refused. */
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | null;
}

interface FormOptions<Values> {
  /** Names the form, with the record's id: under it unsaved changes survive a reload. Absent for secrets. */
  place?: string;
  /** What the server has. When it changes under the hand, untouched fields follow and touched ones show a conflict. */
  saved: Values;
  /** Sends the values; `changes` holds the changed ones alone. */
  save: (values: Values, changes: Partial<Values>) => Promise<Refusal | undefined>;
  /** Reads the record again after a 412 and returns it. */
  refresh?: () => Promise<Values>;
}

/** A form whose changes are kept until they are saved or taken back. */
export interface Form<Values> {
  readonly values: Values;
  readonly changed: boolean;
  readonly busy: boolean;
  /** True from a successful save to the next change. */
  readonly done: boolean;
  readonly refusal: Refusal | undefined;
  /** Fields that a colleague changed meanwhile, with the value they have now. */
  readonly conflicts: Partial<Values>;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  /** Ends a conflict: keeps what was typed, or takes the value that a colleague saved. */
  settle: (name: keyof Values, whose: "mine" | "theirs") => void;
  save: () => Promise<boolean>;
  discard: () => void;
}

const none = { edits: {}, base: {} };

/** The state of a form. Give the component a `key` of the record's id: the changes belong to one record. */
export function useForm<Values extends object>(options: FormOptions<Values>): Form<Values> {
  const { place, saved, save, refresh } = options;
  const [kept, setKept] = useState<Kept<Values>>(() => (place === undefined ? none : readKept<Values>(place)));
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  /** Asked to save while a save was under way: later changes are saved after it. */
  const again = useRef(false);
  const [done, setDone] = useState(false);
  const values = { ...saved, ...kept.edits };
  const changes = changesOf(kept, saved);
  const conflicts = conflictsOf(kept, saved);
  const changed = Object.keys(changes).length > 0;

  useEffect(() => {
    if (place !== undefined) keep(place, kept);
  }, [place, kept]);

  function set<Name extends keyof Values>(name: Name, value: Values[Name]): void {
    setDone(false);
    setKept(({ edits, base }) => ({
      edits: { ...edits, [name]: value },
      base: name in base ? base : { ...base, [name]: saved[name] },
    }));
  }

  function settle(name: keyof Values, whose: "mine" | "theirs"): void {
    setKept(({ edits, base }) =>
      whose === "mine"
        ? { edits, base: { ...base, [name]: saved[name] } }
        : { edits: without(edits, name), base: without(base, name) },
    );
  }

  async function send(): Promise<Refusal | undefined> {
    const refused = await save(values, changes);
    if (refused?.status !== 412 || refresh === undefined) return refused;
    const fresh = await refresh();
    // No colleague touched the fields that were changed here: they are sent again on top of the new state.
    if (Object.keys(conflictsOf(kept, fresh)).length > 0) return refused;
    return save({ ...fresh, ...kept.edits }, changesOf(kept, fresh));
  }

  async function submit(): Promise<boolean> {
    if (busy) again.current = true;
    if (busy || Object.keys(conflicts).length > 0) return false;
    setBusy(true);
    setRefusal(undefined);
    const refused = await send();
    setBusy(false);
    setRefusal(refused);
    if (refused !== undefined) return false;
    setKept((now) => typedSince(now, kept, values));
    if (place !== undefined) keep(place, none); // before a caller leads away and this component is gone
    setDone(true);
    return true;
  }

  const saveAgain = useEffectEvent(() => {
    again.current = false;
    if (changed && refusal === undefined) void submit();
  });
  useEffect(() => {
    if (again.current && !busy) queueMicrotask(() => saveAgain());
  }, [busy]);

  function discard(): void {
    setKept(none);
    setRefusal(undefined);
  }

  return { values, changed, busy, done, refusal, conflicts, set, settle, save: submit, discard };
}

/** What was typed while `sent` was on its way, on top of the values that are saved now. */
function typedSince<Values extends object>(now: Kept<Values>, sent: Kept<Values>, values: Values): Kept<Values> {
  const edits = filtered(now.edits, (name, value) => !same(value, sent.edits[name]));
  return { edits, base: filtered<Values>(values, (name) => name in edits) };
}

function changesOf<Values extends object>({ edits }: Kept<Values>, saved: Values): Partial<Values> {
  return filtered(edits, (name, value) => !same(value, saved[name]));
}

/** The values that a colleague saved in the fields that were changed here, too. */
function conflictsOf<Values extends object>({ edits, base }: Kept<Values>, saved: Values): Partial<Values> {
  const touched = filtered(edits, (name, value) => !same(saved[name], base[name]) && !same(value, saved[name]));
  return Object.fromEntries(Object.keys(touched).map((name) => [name, saved[name as keyof Values]])) as Partial<Values>;
}

function filtered<Values extends object>(
  of: Partial<Values>,
  holds: (name: keyof Values, value: unknown) => boolean,
): Partial<Values> {
  const entries = Object.entries(of).filter(([name, value]) => holds(name as keyof Values, value));
  return Object.fromEntries(entries) as Partial<Values>;
}

function without<Values extends object>(of: Partial<Values>, name: keyof Values): Partial<Values> {
  return filtered(of, (each) => each !== name);
}
