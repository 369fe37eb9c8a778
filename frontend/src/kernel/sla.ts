/** A service-level clock as it is shown. */
export type Clock =
  | { readonly kind: "running"; readonly left: number; readonly share: number }
  | { readonly kind: "late"; readonly by: number }
  | { readonly kind: "paused" }
  | { readonly kind: "met" }
  | { readonly kind: "missed" };

interface Target {
  /** In seconds; `null` for none. */
  readonly target: number | null;
  readonly dueAt: string | null;
  readonly breachedAt: string | null;
  /** When it was reached. */
  readonly doneAt: string | null;
  readonly paused: boolean;
}

/** The clock of a target at a moment; `null` without a target. Times are in milliseconds, `share` is what is left, 0 to 1. */
export function clockOf({ target, dueAt, breachedAt, doneAt, paused }: Target, now: number): Clock | null {
  if (target === null) return null;
  if (doneAt !== null) return { kind: breachedAt === null ? "met" : "missed" };
  if (breachedAt !== null) return { kind: "late", by: Math.max(0, now - Date.parse(breachedAt)) };
  if (paused || dueAt === null) return { kind: "paused" };
  const left = Date.parse(dueAt) - now;
  if (left < 0) return { kind: "late", by: -left };
  return { kind: "running", left, share: Math.min(1, left / (target * 1_000)) };
}

const UNITS = [
  ["year", 365 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** A span of time in its two largest units, from minutes up: "1 h 20 m", "3 d". */
export function span(milliseconds: number, language: string): string {
  const parts: string[] = [];
  let rest = Math.max(0, milliseconds);
  let before = -1;
  UNITS.forEach(([unit, size], index) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    const follows = before === -1 || index === before + 1;
    if (count === 0 || parts.length === 2 || !follows) return;
    before = index;
    parts.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" }).format(count));
  });
  if (parts.length > 0) return parts.join(" ");
  const seconds = Math.ceil(rest / 1_000);
  return new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "narrow" }).format(seconds);
}
