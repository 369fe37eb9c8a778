/** The addresses in a text, as people paste them: with commas, semicolons, lines or names in between, each once. */
export function addressesIn(text: string): string[] {
  const found = text.split(/[\s,;<>"]+/).filter((word) => word.includes("@"));
  return [...new Set(found.map((word) => word.toLowerCase()))];
}
