/** How well `words` answer what was typed: 0 is no match; a beginning of the whole beats one of a word beats the rest. */
export function matchRank(words: string, typed: string): number {
  const [text, sought] = [plain(words), plain(typed).trim()];
  if (sought === "") return 1;
  if (text.startsWith(sought)) return 4;
  const parts = sought.split(/\s+/);
  const starts = text.split(/\s+/);
  if (parts.every((part) => starts.some((word) => word.startsWith(part)))) return 3;
  return parts.every((part) => text.includes(part)) ? 2 : 0;
}

/** Without accents and capitals. */
function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
