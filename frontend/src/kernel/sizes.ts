const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** The size of a file as people read it: "820 byte", "1.4 MB". */
export function sizeOf(bytes: number, language: string): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 10 ? 0 : 1;
  const style = { style: "unit", unit: UNITS[unit], unitDisplay: "short", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, style).format(size);
}
