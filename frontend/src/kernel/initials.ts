/** The first letters of the first and last word of a name, in capitals; whole letters of any script. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .map((word = "") => [...letters.segment(word)][0]?.segment ?? "")
    .join("")
    .toLocaleUpperCase();
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
