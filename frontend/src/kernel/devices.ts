/** By their names, in the order in which they are looked for: most pretend to be those below them. */
const BROWSERS: Readonly<Record<string, RegExp>> = {
  Edge: /Edg\//,
  Opera: /OPR\//,
  Firefox: /Firefox\//,
  Chrome: /Chrome\/|CriOS\//,
  Safari: /Safari\//,
};

const SYSTEMS: Readonly<Record<string, RegExp>> = {
  Android: /Android/,
  iOS: /iPhone|iPad/,
  Windows: /Windows/,
  macOS: /Mac OS X/,
  Linux: /Linux/,
};

/** Browser and system behind a `User-Agent`: "Firefox, Linux"; a program's first word otherwise; empty without one. */
export function deviceOf(userAgent: string | null): string {
  if (userAgent === null) return "";
  const known = [named(BROWSERS, userAgent), named(SYSTEMS, userAgent)].filter((name) => name !== "");
  return known.length > 0 ? known.join(", ") : (userAgent.split(/[\s/]/)[0] ?? "");
}

function named(names: Readonly<Record<string, RegExp>>, userAgent: string): string {
  return Object.entries(names).find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "";
}
