import { type Command, type KeyPreferences, keysFor } from "./commands";

/** Another command that the member performs by the same key, if any: the one that would win or lose against it. */
export function takenBy(
  key: string,
  command: Command,
  all: readonly Command[],
  preferences: KeyPreferences,
): Command | undefined {
  if (key === "") return undefined;
  const others = all.filter((each) => each.id !== command.id);
  return others.find((each) => keysFor(each, preferences).some((taken) => collide(taken, key)));
}

/** The same key, or one that begins the other's sequence. */
function collide(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

/** What tinykeys would call a pressed key; empty for a modifier alone, or a key that browsers keep for themselves. */
export function pressedKey(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): string {
  if (["Control", "Meta", "Alt", "Shift", "Tab", "Dead", "AltGraph"].includes(event.key)) return "";
  if (event.altKey) return ""; // a letter on a Mac
  const modified = event.ctrlKey || event.metaKey;
  if (modified && /^[ntw]$/i.test(event.key)) return "";
  const letter = event.key.length === 1;
  const shifted = event.shiftKey && (!letter || /\p{L}/u.test(event.key));
  const name = event.key === " " ? "Space" : event.key;
  return [modified ? "$mod" : "", shifted ? "Shift" : "", name].filter((part) => part !== "").join("+");
}
