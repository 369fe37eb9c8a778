/** Words to be translated: what Lingui's `msg` macro makes. */
export interface Words {
  readonly id: string;
  readonly message?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Where a command applies; the key sheet is ordered by these. */
export type Place = "everywhere" | "go" | "list" | "ticket" | "composer";

/** An act that key, palette, menu and key sheet share. A feature defines its own in `commands.ts`, once. */
export interface Command {
  /** `noun.verb`, unique; the person's own keys are stored under it. */
  readonly id: string;
  readonly words: Words;
  readonly place: Place;
  /** Keys as tinykeys writes them: `e`, `Shift+J`, `$mod+k`, `g i`. The first is shown. */
  readonly keys?: readonly string[];
  /** Works while text is being written, too. Chords with `$mod` do unless this is `false`. */
  readonly whileWriting?: boolean;
  /** Leaves the command out of the palette, for instance for moves that only make sense as a key. */
  readonly keyOnly?: boolean;
  /** Other words by which the palette finds it. */
  readonly alsoCalled?: Words;
}

/** One of the possibilities that a command offers as the palette's next page. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  run: () => void;
}

/** A page of choices for what is typed. With `digits` the first nine are picked by a digit while nothing is typed. */
export interface Choosing {
  choose: (typed: string, signal: AbortSignal) => readonly Choice[] | Promise<readonly Choice[]>;
  readonly digits?: boolean;
}

/** What a command does right now: something immediately, or a page of choices. */
export type Act = (() => void) | Choosing;

/** The longest time in milliseconds between a key and its act, where a part of the page is on its way. */
const WAITED_MS = 5_000;

interface Offer {
  readonly command: Command;
  readonly act: Act;
  readonly above: boolean;
}

/**
 * The commands that can be performed now. A part of the page offers acts while it is shown; of two offers of one
 * command the later counts, so that a pane in front wins. Those `above` win over all others: what is selected over what
 * is open.
 */
export class Registry {
  #offers: Offer[] = [];
  #current: ReadonlyMap<string, Offer> = new Map();
  readonly #listeners = new Set<() => void>();
  #asked: string | null = null;
  #awaited: { readonly id: string; readonly until: number } | null = null;

  /** The command whose page of choices is to be shown; `null` while none is. */
  readonly asked = (): string | null => this.#asked;

  /** Has the choices of a command shown, or with `null` no longer. */
  readonly ask = (id: string | null): void => {
    if (this.#asked === id) return;
    this.#asked = id;
    this.#listeners.forEach((listener) => listener());
  };

  /** Offers acts. Returns how to withdraw them. */
  offer(offers: readonly (readonly [Command, Act])[], above = false): () => void {
    const added = offers.map(([command, act]) => ({ command, act, above }));
    this.#change([...this.#offers, ...added]);
    this.#performAwaited(added);
    return () => this.#change(this.#offers.filter((each) => !added.includes(each)));
  }

  /**
   * Offers commands whose part of the page is still on its way: one that is performed meanwhile is performed when that part
   * offers it, unless that takes longer than `WAITED_MS`. `began` is called when it is. Returns how to withdraw them.
   */
  expect(commands: readonly Command[], began: () => void = () => undefined): () => void {
    return this.offer(
      commands.map((command) => {
        const wait = () => {
          this.#awaited = { id: command.id, until: performance.now() + WAITED_MS };
          began();
        };
        return [command, wait] as const;
      }),
    );
  }

  /** The current offers by command id: the same map until something changes. */
  readonly current = (): ReadonlyMap<string, Offer> => this.#current;

  /** Calls `listener` after each change. Returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #performAwaited(added: readonly Offer[]): void {
    const awaited = this.#awaited;
    const found = added.find(({ command }) => command.id === awaited?.id);
    if (awaited === null || found === undefined) return;
    this.#awaited = null;
    if (performance.now() > awaited.until) return;
    if (typeof found.act === "function") found.act();
    else this.ask(awaited.id);
  }

  #change(offers: Offer[]): void {
    this.#offers = offers;
    const ordered = [...offers.filter(({ above }) => !above), ...offers.filter(({ above }) => above)];
    this.#current = new Map(ordered.map((offer) => [offer.command.id, offer]));
    this.#listeners.forEach((listener) => listener());
  }
}

/** The changed keys and the switch of a person's preferences. */
export interface KeyPreferences {
  readonly keys: Readonly<Record<string, string>>;
  readonly single_keys: boolean;
}

/**
 * The keys of a command for a person: their own instead of ours, an empty text for none. With single keys switched off
 * only chords with `$mod` and keys that write nothing remain, so that no letter does anything by mistake.
 */
export function keysFor(command: Command, preferences: KeyPreferences | undefined): readonly string[] {
  const own = preferences?.keys[command.id];
  const keys = own === undefined ? (command.keys ?? []) : own === "" ? [] : [own];
  return preferences?.single_keys === false ? keys.filter((key) => !writes(key)) : keys;
}

/** Whether a key would write a character where text is being written. */
function writes(key: string): boolean {
  return !key.includes("$mod") && key.split(/[ ]|(?<=\w)\+/).some((part) => part.length === 1);
}
