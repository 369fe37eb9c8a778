/** A key as people read it: `$mod+Shift+k` is `Ctrl Shift K`, or `⌘ Shift K` on a Mac; sequences keep their order. */
export function keyName(key: string, isMac: boolean): string {
  const names: Readonly<Record<string, string>> = { $mod: isMac ? "⌘" : "Ctrl", Enter: "⏎", Escape: "Esc" };
  return key
    .split(/[ +]/)
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
