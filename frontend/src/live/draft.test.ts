import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Answer } from "../api";
import { isBlank, type Words, wordsOf } from "../kernel/words";
import { Draft, type Kept, type Shelf, type Stored } from "./draft";

const BEGUN = { version: 3, at: "2026-11-27T09:00:00Z" };

/** A shelf that keeps everything in memory; `down` is a server without an answer. */
class Memory implements Shelf {
  here: Kept | undefined;
  there: Stored | null = null;
  log: string[] = [];
  down = false;

  read = () => Promise.resolve(this.here);
  write = (kept: Kept | null) => {
    this.here = kept ?? undefined;
    this.log.push(kept === null ? "forget" : "keep");
    return Promise.resolve();
  };
  left: Kept | undefined;
  leave = (kept: Kept) => {
    this.left = kept;
  };
  find = () => Promise.resolve(this.there);
  fetch = () => Promise.resolve(this.there === null ? refusal(404) : accepted(this.there));
  save = ({ version, files, words }: Kept, body: string) => {
    this.log.push(`save ${body}`);
    if (this.down) return Promise.resolve(refusal(0));
    if (version !== (this.there?.version ?? 0)) return Promise.resolve(refusal(412));
    this.there = { id: "1", body, document: words, files, version: version + 1 };
    return Promise.resolve(accepted(this.there));
  };
  discard: Shelf["discard"] = () => {
    this.log.push("discard");
    this.there = null;
    return Promise.resolve(accepted({}));
  };
}

function accepted<Value>(value: Value): Answer<Value> {
  return { ok: true, value: value as never, body: value, etag: null };
}

function refusal(status: number): Answer<never> {
  const kind = status === 0 ? "unreachable" : "refused";
  const rest = { code: "", message: "", fields: {}, details: {}, requestId: null, retryAfter: null };
  return { ok: false, problem: { kind, status, ...rest } };
}

function type(draft: Draft, text: string): void {
  const words = wordsOf(text);
  draft.write(() => words, isBlank(words), text.length, BEGUN);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("this browser has the words after 300 ms, the server 2 s after the last letter", async () => {
  const shelf = new Memory();
  const draft = new Draft(shelf);
  type(draft, "Hel");
  await vi.advanceTimersByTimeAsync(299);
  expect(shelf.log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(shelf.log).toEqual(["keep"]);
  await vi.advanceTimersByTimeAsync(1_000);
  type(draft, "Hello");
  await vi.advanceTimersByTimeAsync(1_999);
  expect(shelf.there).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(shelf.there).toMatchObject({ body: "Hello", version: 1 });
  expect(draft.state().place).toBe("server");
  expect(draft.kept.begun).toEqual(BEGUN);
});

test("a page that is left keeps its last letters before it returns", () => {
  const shelf = new Memory();
  const draft = new Draft(shelf);
  type(draft, "Last words");
  void draft.flush(true);
  expect(shelf.left).toMatchObject({ words: wordsOf("Last words"), saved: false });
});

test("words that were kept here come back, and those of another device too", async () => {
  const shelf = new Memory();
  shelf.here = { words: wordsOf("Kept"), files: [], cursor: 2, begun: BEGUN, id: null, version: 0, saved: false };
  const draft = new Draft(shelf);
  await draft.load();
  expect(draft.kept.words).toEqual(wordsOf("Kept"));
  shelf.here = undefined;
  shelf.there = { id: "1", body: "Phone", document: null, files: [], version: 4 };
  const other = new Draft(shelf);
  await other.load();
  expect(other.kept).toMatchObject({ words: wordsOf("Phone"), version: 4 });
});

test("the server's draft with the same words is this one, whose saving got no answer", async () => {
  const shelf = new Memory();
  shelf.here = { words: wordsOf("Mine"), files: [], cursor: 2, begun: BEGUN, id: null, version: 0, saved: false };
  shelf.there = { id: "1", body: "Mine", document: null, files: [], version: 1 };
  const draft = new Draft(shelf);
  await draft.load();
  expect(draft.state().elsewhere).toBeNull();
  expect(draft.kept).toMatchObject({ words: wordsOf("Mine"), id: "1", version: 1, saved: true });
});

test("what another device wrote meanwhile is shown, not overwritten", async () => {
  const shelf = new Memory();
  const draft = new Draft(shelf);
  type(draft, "Mine");
  shelf.there = { id: "1", body: "Theirs", document: null, files: [], version: 7 };
  await draft.flush();
  expect(draft.state().elsewhere).toMatchObject({ body: "Theirs" });
  expect(shelf.there).toMatchObject({ body: "Theirs" });
  await draft.keepMine();
  expect(shelf.there).toMatchObject({ body: "Mine", version: 8 });
});

test("a save that is under way cannot bring back what was sent", async () => {
  const shelf = new Memory();
  const { save } = shelf;
  shelf.save = async (kept, body) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return await save(kept, body);
  };
  const draft = new Draft(shelf);
  type(draft, "Sent");
  const saving = draft.flush();
  await vi.advanceTimersByTimeAsync(10);
  const sent: (string | null)[] = [];
  const handed = draft.take(({ id, words }) => {
    sent.push(id);
    expect(words).toEqual(wordsOf("Sent"));
    shelf.there = null; // the server removes it with the message
    return Promise.resolve();
  });
  await vi.advanceTimersByTimeAsync(20_000);
  await Promise.all([saving, handed]);
  expect(sent).toEqual(["1"]);
  expect(shelf.there).toBeNull();
  expect(draft.state().blank).toBe(true);
});

test("words that come back stand in front of those that were written meanwhile", async () => {
  const draft = new Draft(new Memory());
  type(draft, "First");
  const kept = await draft.take((each) => Promise.resolve(each));
  type(draft, "Second");
  draft.restore(kept);
  const paragraphs: readonly Words[] = [...(wordsOf("First").content ?? []), ...(wordsOf("Second").content ?? [])];
  expect(draft.kept.words.content).toEqual(paragraphs);
});

test("discarded is gone everywhere, and can be brought back", async () => {
  const shelf = new Memory();
  const draft = new Draft(shelf);
  type(draft, "Nonsense");
  await draft.flush();
  await draft.discard();
  expect([shelf.here, shelf.there, draft.state().blank]).toEqual([undefined, null, true]);
  draft.undiscard();
  await draft.flush();
  expect(shelf.there).toMatchObject({ body: "Nonsense" });
});

test.each([0, 1])(
  "a save that is under way cannot bring back what was discarded, with %i saves before",
  async (before) => {
    const shelf = new Memory();
    const draft = new Draft(shelf);
    type(draft, "Non");
    if (before > 0) await draft.flush();
    const { save, discard } = shelf;
    shelf.save = async (kept, body) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return await save(kept, body);
    };
    shelf.discard = (version) => (version === shelf.there?.version ? discard(version) : Promise.resolve(refusal(412)));
    type(draft, "Nonsense");
    const saving = draft.flush(); // the field is left for the button
    await vi.advanceTimersByTimeAsync(10);
    const discarded = draft.discard();
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all([saving, discarded]);
    expect([shelf.here, shelf.there, draft.state().blank]).toEqual([undefined, null, true]);
  },
);

test("a server without an answer is asked again, and 200,000 characters go there too", async () => {
  const shelf = new Memory();
  const draft = new Draft(shelf);
  shelf.down = true;
  type(draft, "word ".repeat(40_000));
  await draft.flush();
  expect(draft.state().place).toBe("here");
  shelf.down = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shelf.there?.body).toHaveLength(199_999);
});
