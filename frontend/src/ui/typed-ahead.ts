const LONGEST_MS = 5_000;

let typed: string[] | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps the keys that are pressed from now on for a field that is about to appear. */
export function keepTyped(): void {
  if (typed !== null) return;
  typed = [];
  window.addEventListener("keydown", note, { capture: true });
  timer = setTimeout(takeTyped, LONGEST_MS);
}

/** The keys pressed since `keepTyped`; later ones go where the focus is. */
export function takeTyped(): readonly string[] {
  clearTimeout(timer);
  window.removeEventListener("keydown", note, { capture: true });
  const keys = typed ?? [];
  typed = null;
  return keys;
}

/** The text that these keys write. */
export function textOf(keys: readonly string[]): string {
  return keys.reduce((text, key) => {
    if (key === "Backspace") return text.slice(0, -1);
    return text + (key === "Enter" ? "\n" : key);
  }, "");
}

function note(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length > 1 && event.key !== "Enter" && event.key !== "Backspace") return;
  event.preventDefault();
  event.stopPropagation();
  typed?.push(event.key);
}
