const LONGEST_MS = 5_000;

const RETRIES = 20;
const RETRY_MS = 50;

let typed: string[] | null = null;
/** Keys with `Ctrl` or `Cmd` that wait for the field: the words before them are not there yet. */
let held: KeyboardEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps the keys that are pressed from now on for a field that is about to appear. */
export function keepTyped(): void {
  if (typed !== null) return;
  typed = [];
  held = [];
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

/** Presses the keys that waited for the field, such as `Ctrl+Enter`. To be called once the field has the focus and the words. */
export function pressHeld(tries = RETRIES): void {
  const [next] = held;
  if (next === undefined) return;
  setTimeout(() => {
    if (held[0] !== next) return;
    const { key, code, ctrlKey, metaKey, shiftKey } = next;
    const again = new KeyboardEvent("keydown", {
      key,
      code,
      ctrlKey,
      metaKey,
      shiftKey,
      bubbles: true,
      cancelable: true,
    });
    document.activeElement?.dispatchEvent(again);
    if (again.defaultPrevented || tries === 0) held = [];
    else pressHeld(tries - 1); // the commands of a page that has just appeared are not there yet
  }, RETRY_MS);
}

/** The text that these keys write. */
export function textOf(keys: readonly string[]): string {
  return keys.reduce((text, key) => {
    if (key === "Backspace") return text.slice(0, -1);
    return text + (key === "Enter" ? "\n" : key);
  }, "");
}

function note(event: KeyboardEvent): void {
  const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (sends) held.push(event);
  if ((event.ctrlKey || event.metaKey || event.altKey) && !sends) return;
  if (event.key.length > 1 && event.key !== "Enter" && event.key !== "Backspace") return;
  event.preventDefault();
  event.stopPropagation();
  if (!sends) typed?.push(event.key);
}
