/** The shortest time between two sentences, in milliseconds: a screen reader finishes the first. */
const PAUSE = 3_000;

/**
 * Merges what is to be announced: at most one text in three seconds. A later sentence of one kind replaces an earlier one
 * that was not said yet; sentences of different kinds are said together.
 */
export class Announcer {
  #waiting = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = "";
  readonly #listeners = new Set<() => void>();

  /** What is being said. */
  readonly said = (): string => this.#said;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Says a sentence as soon as the one before has had its time. */
  readonly announce = (sentence: string, kind: string = sentence): void => {
    this.#waiting.set(kind, sentence);
    if (this.#timer === undefined) this.#speak();
  };

  #speak(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const text = [...this.#waiting.values()].join(" ");
    this.#waiting.clear();
    // The same words again would be no change for a screen reader.
    this.#said = text === this.#said ? `${text}\u00a0` : text;
    this.#timer = setTimeout(() => this.#speak(), PAUSE);
    this.#listeners.forEach((listener) => listener());
  }
}
