import type { Answer } from "../api";
import { markdownOf } from "../kernel/markdown";
import { isBlank, joined, NO_WORDS, type Words } from "../kernel/words";

export type DraftKind = "reply" | "note";

/** An upload of a draft. */
export interface DraftFile {
  readonly id: string;
  readonly filename: string;
  readonly url: string;
  readonly mime_type: string;
  readonly size: number;
}

/** The state of the ticket when the words were begun: what is newer, the author has not taken into account. */
export interface Begun {
  readonly version: number;
  readonly at: string;
}

/** Words with all that belongs to them, as this browser keeps them. */
export interface Kept {
  readonly words: Words;
  readonly files: readonly DraftFile[];
  readonly cursor: number;
  readonly begun: Begun | null;
  /** The server's draft that these words replace; version 0 for none. */
  readonly id: string | null;
  readonly version: number;
  /** Whether the server has exactly these words. */
  readonly saved: boolean;
  /** A request that may have reached the server: sent again unchanged, it must be the same request. */
  readonly attempt?: unknown;
}

/** The server's draft, as far as it matters here. */
export interface Stored {
  readonly id: string;
  readonly body: string;
  readonly document: unknown;
  readonly files: readonly DraftFile[];
  readonly version: number;
}

/** Where drafts are kept: this browser and the server. */
export interface Shelf {
  read: () => Promise<Kept | undefined>;
  write: (kept: Kept | null) => Promise<void>;
  /** Keeps it before this returns: of a page that is left, the browser may not finish what `write` began. */
  leave: (kept: Kept) => void;
  /** The server's draft as it was found last, without asking for each ticket. */
  find: () => Promise<Stored | null>;
  /** The server's draft now. */
  fetch: () => Promise<Answer<Stored>>;
  save: (kept: Kept, body: string, leaving: boolean) => Promise<Answer<Stored>>;
  discard: (version: number) => Promise<Answer<unknown>>;
}

/** What a composer shows of its draft; a new object after each change but the letters themselves. */
export interface DraftState {
  readonly loaded: boolean;
  readonly blank: boolean;
  readonly files: readonly DraftFile[];
  /** Grows when words came from somewhere else than the editor, which then shows them. */
  readonly revision: number;
  readonly place: "nowhere" | "here" | "server";
  /** Words of another device that these would overwrite. */
  readonly elsewhere: Stored | null;
  readonly discarded: boolean;
}

const LOCAL = 300;
const SERVER = 2_000;
const AGAIN = 10_000;
const NOT_THERE = { id: null, version: 0 };
const EMPTY: Kept = { words: NO_WORDS, files: [], cursor: 0, begun: null, id: null, version: 0, saved: true };

/**
 * One draft. This browser has it 300 ms after a letter, the server 2 s after the last; saves go one after another, so that
 * a late one cannot bring back what was sent or discarded.
 */
export class Draft {
  #kept: Kept = EMPTY;
  #fresh: (() => Words) | null = null;
  #state: DraftState = {
    loaded: false,
    blank: true,
    files: [],
    revision: 0,
    place: "nowhere",
    elsewhere: null,
    discarded: false,
  };
  #bin: Kept | null = null;
  #chain: Promise<unknown> = Promise.resolve();
  #local: ReturnType<typeof setTimeout> | undefined;
  #server: ReturnType<typeof setTimeout> | undefined;
  #edits = 0;
  readonly #listeners = new Set<() => void>();
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): DraftState => this.#state;

  /** Everything as it is now. */
  get kept(): Kept {
    if (this.#fresh !== null) this.#kept = { ...this.#kept, words: this.#fresh() };
    this.#fresh = null;
    return this.#kept;
  }

  /** Finds what this browser and the server have of it. */
  async load(): Promise<void> {
    const here = await this.#shelf.read().catch(() => undefined);
    if (here !== undefined && !this.#isBlank(here)) {
      const typed = this.kept;
      this.#take({ ...here, words: joined(here.words, typed.words), saved: here.saved && isBlank(typed.words) });
    }
    this.#say({ loaded: true });
    await this.refresh();
  }

  /** Compares with the server's draft, for instance after this page was in the background. */
  async refresh(): Promise<void> {
    const edits = this.#edits;
    const there = await this.#shelf.find().catch(() => undefined);
    if (there === undefined || edits !== this.#edits || this.#state.elsewhere !== null) return;
    const mine = this.#kept;
    if (there === null) {
      // Sent or discarded somewhere else; words that the server does not have yet stay.
      if (mine.version > 0 && mine.saved) await this.#empty();
    } else if (there.version !== mine.version || there.id !== mine.id) {
      if (mine.saved) this.adopt(there);
      else if (there.body === markdownOf(mine.words)) this.adopt(there, mine.words);
      else this.#say({ elsewhere: there });
    }
  }

  /** New words of the editor. They are asked for only when they are kept. */
  write(words: () => Words, blank: boolean, cursor: number, now: Begun | null): void {
    const begun = this.#state.blank && this.#kept.files.length === 0 ? now : this.#kept.begun;
    this.#fresh = words;
    this.#kept = { ...this.#kept, cursor, begun: begun ?? now, saved: false };
    this.#edits += 1;
    this.#say({ blank, place: this.#state.place === "nowhere" ? "nowhere" : "here", discarded: false });
    this.#soon();
  }

  /** The files now. */
  setFiles(files: readonly DraftFile[], now: Begun | null): void {
    this.#kept = { ...this.kept, files, begun: this.#kept.begun ?? now, saved: false };
    this.#edits += 1;
    this.#say({ files });
    this.#soon();
  }

  /** Puts words back, in front of those that were written meanwhile. */
  restore(back: Kept): void {
    const mine = this.kept;
    const more = !this.#isBlank(mine);
    const files = [...back.files, ...mine.files.filter((file) => back.files.every((each) => each.id !== file.id))];
    this.#edits += 1;
    this.#take({ ...back, words: joined(back.words, mine.words), files, saved: back.saved && !more });
    this.#say({ elsewhere: null, discarded: false });
    this.#soon();
  }

  /** Takes the server's words instead of these. */
  adopt(there: Stored, words: Words = wordsIn(there)): void {
    const { id, version, files } = there;
    this.#edits += 1;
    this.#take({ ...EMPTY, words, files, begun: this.#kept.begun, id, version, saved: true });
    this.#say({ elsewhere: null, place: "server" });
    void this.#shelf.write(this.#kept);
  }

  /** Keeps these words and overwrites the server's. */
  async keepMine(): Promise<void> {
    const there = this.#state.elsewhere;
    if (there === null) return;
    this.#kept = { ...this.kept, id: there.id, version: there.version, saved: false };
    this.#say({ elsewhere: null });
    await this.flush();
  }

  /** Keeps it everywhere now: when the field or the page is left. */
  async flush(leaving = false): Promise<void> {
    clearTimeout(this.#local);
    clearTimeout(this.#server);
    if (this.#kept.saved && this.#fresh === null) return;
    if (leaving) this.#shelf.leave(this.kept);
    const local = this.#keepHere();
    if (leaving) await Promise.all([local, this.#save(true)]);
    else await this.#after(() => this.#save(false));
  }

  /** Discards it everywhere. `undiscard` brings it back. */
  async discard(): Promise<void> {
    this.#bin = { ...this.kept, id: null, version: 0, saved: false };
    await this.#empty(true);
    this.#say({ discarded: true });
    // A save that is under way, as the field was left for the button, gives the server a version of its own.
    await this.#after(async () => {
      const { version } = this.#handed;
      if (version > 0) await this.#shelf.discard(version);
    });
  }

  undiscard(): void {
    const bin = this.#bin;
    this.#bin = null;
    this.#say({ discarded: false });
    if (bin !== null) this.restore(bin);
  }

  /** Hands the words over to be sent: no save is under way any more, and none follows until `sent` is over. */
  async take<Result>(sent: (kept: Kept) => Promise<Result>): Promise<Result> {
    const kept = this.kept;
    await this.#empty(true);
    return await this.#after(() => sent({ ...kept, id: this.#handed.id ?? kept.id }));
  }
  /** The server's draft of the words that were handed over or discarded last. */
  #handed: { id: string | null; version: number } = NOT_THERE;

  async #empty(handing = false): Promise<void> {
    clearTimeout(this.#local);
    clearTimeout(this.#server);
    this.#handed = handing ? this.#kept : NOT_THERE;
    this.#edits += 1;
    this.#take(EMPTY);
    this.#say({ place: "nowhere", elsewhere: null });
    await this.#shelf.write(null).catch(() => undefined);
  }

  #take(kept: Kept): void {
    this.#fresh = null;
    this.#kept = kept;
    const blank = isBlank(kept.words);
    const place = this.#isBlank(kept) ? "nowhere" : kept.saved ? "server" : "here";
    this.#say({ blank, place, files: kept.files, revision: this.#state.revision + 1 });
  }

  #isBlank(kept: Kept): boolean {
    return isBlank(kept.words) && kept.files.length === 0;
  }

  #soon(): void {
    clearTimeout(this.#server);
    this.#local ??= setTimeout(() => void this.#keepHere(), LOCAL);
    this.#server = setTimeout(() => void this.#after(() => this.#save(false)), SERVER);
  }

  async #keepHere(): Promise<void> {
    clearTimeout(this.#local);
    this.#local = undefined;
    const kept = this.kept;
    const blank = this.#isBlank(kept);
    try {
      await this.#shelf.write(blank && kept.version === 0 ? null : kept);
      if (this.#kept === kept && !kept.saved) this.#say({ place: blank ? "nowhere" : "here" });
    } catch {
      // A browser without room keeps the words in the field, and the server has them soon.
    }
  }

  async #save(leaving: boolean): Promise<void> {
    const kept = this.kept;
    if (kept.saved || this.#state.elsewhere !== null) return;
    const edits = this.#edits;
    if (this.#isBlank(kept)) {
      if (kept.version > 0) await this.#shelf.discard(kept.version);
      if (edits === this.#edits) this.#kept = { ...EMPTY };
      return;
    }
    const answer = await this.#shelf.save(kept, markdownOf(kept.words), leaving);
    if (answer.ok) {
      const { id, version } = answer.value;
      const unchanged = edits === this.#edits;
      if (!unchanged && this.#isBlank(this.#kept)) this.#handed = { id, version };
      else this.#kept = { ...this.#kept, id, version, saved: unchanged };
      if (!unchanged) return;
      await this.#shelf.write(this.#kept).catch(() => undefined);
      this.#say({ place: "server" });
    } else if (answer.problem.status === 412) {
      await this.#meet();
    } else if (answer.problem.kind === "unreachable" || answer.problem.status >= 500) {
      clearTimeout(this.#server);
      this.#server = setTimeout(() => void this.#after(() => this.#save(false)), AGAIN);
    }
  }

  /** Another device has written. Without its words the next save starts a new draft. */
  async #meet(): Promise<void> {
    const there = await this.#shelf.fetch();
    if (there.ok) {
      if (there.value.body === markdownOf(this.kept.words)) this.adopt(there.value, this.kept.words);
      else this.#say({ elsewhere: there.value });
    } else if (there.problem.status === 404) {
      this.#kept = { ...this.#kept, id: null, version: 0 };
      this.#soon();
    }
  }

  #after<Result>(task: () => Promise<Result>): Promise<Result> {
    const next = this.#chain.then(task, task);
    this.#chain = next.catch(() => undefined);
    return next;
  }

  #say(change: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}

/** The words of a stored draft: the document of this editor, else its Markdown as plain lines. */
export function wordsIn(there: Stored): Words {
  const words = there.document as Words | null;
  if (words !== null && typeof words === "object" && words.type === "doc") return words;
  const paragraphs = there.body.split(/\n{2,}/).filter((part) => part !== "");
  return {
    type: "doc",
    content: paragraphs.map((text) => ({ type: "paragraph", content: [{ type: "text", text }] })),
  };
}
