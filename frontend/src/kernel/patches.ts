/** Values by the name of their field; `fields.size` is the value `size` of the fields that an organization defines. */
export type Values = Readonly<Record<string, unknown>>;

/** A change on its way to the server, drawn over the object until the answer is there. */
export interface Patch {
  readonly key: number;
  /** What the server is asked to set. */
  readonly sets: Values;
  /** Other fields that show it, for instance the assignee's name next to `assignee_id`. */
  readonly shows?: Values;
}

const OWN = "fields.";

/** The object as it will be once all patches have arrived. */
export function drawn<T extends object>(object: T, patches: readonly Patch[]): T {
  let shown = object;
  for (const { sets, shows } of patches) {
    shown = { ...shown, ...shows };
    for (const [name, value] of Object.entries(sets)) shown = withValue(shown, name, value);
  }
  return shown;
}

/** The present values of some fields. */
export function valuesOf(object: object, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, valueOf(object, name)]));
}

/** The fields whose values differ from what was read, other than by becoming what is wanted. */
export function clashes(read: Values, wanted: Values, now: object): string[] {
  return Object.keys(wanted).filter((name) => {
    const present = JSON.stringify(valueOf(now, name) ?? null);
    return present !== JSON.stringify(read[name] ?? null) && present !== JSON.stringify(wanted[name] ?? null);
  });
}

/** What `PUT /tickets/{id}` is sent for some values. */
export function bodyOf(values: Values): Record<string, unknown> {
  return drawn<Record<string, unknown>>({}, [{ key: 0, sets: values }]);
}

/** Of two copies of an object the parts of the newer one, and those that only the older has. */
export function newer<T extends { readonly version: number }>(known: T | undefined, found: T): T {
  if (known === undefined) return found;
  return found.version < known.version ? { ...found, ...known } : { ...known, ...found };
}

function valueOf(object: object, name: string): unknown {
  const all = object as Record<string, unknown>;
  if (!name.startsWith(OWN)) return all[name];
  return (all["fields"] as Record<string, unknown> | undefined)?.[name.slice(OWN.length)];
}

function withValue<T extends object>(object: T, name: string, value: unknown): T {
  if (!name.startsWith(OWN)) return { ...object, [name]: value };
  const fields = (object as { fields?: object }).fields;
  return { ...object, fields: { ...fields, [name.slice(OWN.length)]: value } };
}
