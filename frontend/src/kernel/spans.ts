const SECONDS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/** The seconds of a span as people write it, `1h 30m` or `2 d`; null for an empty text, NaN for one that is no span. */
export function secondsOf(text: string): number | null {
  const plain = text.trim().toLowerCase().replaceAll(/\s+/g, "");
  if (plain === "") return null;
  if (!/^(\d+[wdhms])+$/.test(plain)) return Number.NaN;
  return [...plain.matchAll(/(\d+)([wdhms])/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (SECONDS[unit] ?? 0),
    0,
  );
}

/** A span as it is written in a field: the largest units first, `1d 12h`. Empty for null. */
export function spanOf(seconds: number | null): string {
  if (seconds === null) return "";
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of Object.entries(SECONDS)) {
    if (unit === "w" || rest < size) continue;
    parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return parts.join(" ");
}
