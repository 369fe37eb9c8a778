import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LastActs } from "./last-act";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function act(words: string, seconds: number, undone: string[]) {
  return { words, until: Date.now() + seconds * 1_000, undo: () => void undone.push(words) };
}

test("acts are taken back one by one, the latest first, and each once", () => {
  const acts = new LastActs();
  const undone: string[] = [];
  acts.remember(act("Solved", 600, undone));
  acts.remember(act("Assigned", 600, undone));
  acts.undo();
  expect(acts.last()?.words).toBe("Solved");
  acts.undo();
  acts.undo();
  expect(undone).toEqual(["Assigned", "Solved"]);
});

test("what has ended is neither shown nor taken back", () => {
  const acts = new LastActs();
  const undone: string[] = [];
  acts.remember(act("Solved", 600, undone));
  acts.remember(act("Reply", 10, undone));
  let calls = 0;
  acts.subscribe(() => (calls += 1));
  vi.advanceTimersByTime(10_000);
  expect(acts.last()?.words).toBe("Solved");
  expect(calls).toBe(1);
  vi.advanceTimersByTime(590_000);
  acts.undo();
  expect(undone).toEqual([]);
});

test("what is under way is shown and cannot be taken back", () => {
  const acts = new LastActs();
  const undone: string[] = [];
  acts.remember(act("Solved", 600, undone));
  const drop = acts.remember({ words: "340 of 1,204", until: Date.now() + 600_000, undo: null });
  expect(acts.last()?.words).toBe("340 of 1,204");
  acts.undo();
  expect(undone).toEqual(["Solved"]);
  drop();
  expect(acts.last()).toBeNull();
});
