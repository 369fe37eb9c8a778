/** An act that is shown for a while, and may be taken back for as long. */
export interface Undoable {
  /** What was done, for people: "Solved: 12 tickets". */
  readonly words: string;
  /** Until when it is shown, in milliseconds of the clock. */
  readonly until: number;
  /** Takes it back; `null` where that is not possible, for instance while it is still under way. */
  readonly undo: (() => void | Promise<void>) | null;
}

/** The acts of this tab that are still shown, the latest first. */
export class LastActs {
  #acts: readonly Undoable[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  /** The latest act. */
  readonly last = (): Undoable | null => this.#acts[0] ?? null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Remembers an act until it ends. Returns how to drop it earlier. */
  readonly remember = (act: Undoable): (() => void) => {
    this.#set([act, ...this.#acts]);
    return () => this.drop(act);
  };

  /** Takes the latest act back for which that is possible, once. */
  readonly undo = (): void => {
    const act = this.#acts.find((each) => each.undo !== null);
    if (act === undefined) return;
    this.drop(act);
    void act.undo?.();
  };

  /** Drops an act: it can no longer be taken back, or was hidden. */
  readonly drop = (act: Undoable): void => this.#set(this.#acts.filter((each) => each !== act));

  #set(acts: readonly Undoable[]): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    this.#acts = acts.filter(({ until }) => until > now);
    const next = Math.min(...this.#acts.map(({ until }) => until));
    if (this.#acts.length > 0) this.#timer = setTimeout(() => this.#set(this.#acts), next - now);
    this.#listeners.forEach((listener) => listener());
  }
}
