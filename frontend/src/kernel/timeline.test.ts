import { expect, test } from "vitest";

import { type Entry, piecesOf, type Timeline, withEarlier, withEntry, withLatest, withoutComment } from "./timeline";

const NONE = new Set<string>();

function said(id: string, event: number | null, minute: number, author = "maya", edited: string | null = null): Entry {
  const at = `2026-11-27T09:${String(minute).padStart(2, "0")}:00Z`;
  return { event_id: event, created_at: at, comment: { id, author_id: author, edited_at: edited }, step: null };
}

function step(id: string, event: number, minute: number, action = "status_changed"): Entry {
  const at = `2026-11-27T09:${String(minute).padStart(2, "0")}:00Z`;
  return { event_id: event, created_at: at, comment: null, step: { id, action, user_id: "sam" } };
}

function known(...entries: Entry[]): Timeline<Entry> {
  return { entries, held: [], next: null, read: null };
}

const part = (entries: Entry[], next: string | null = null) => ({ entries, next_cursor: next, read_event_id: 3 });

test("a fetch keeps what an event brought after it began, and drops what it lacks", () => {
  const now = withLatest(known(said("a", 1, 1), said("b", 2, 2), said("c", 9, 3)), part([said("a", 1, 1)]), 5, NONE);
  expect(now.entries.map(({ comment }) => comment?.id)).toEqual(["a", "c"]);
});

test("a fetch brings no deleted comment back and no older words over edited ones", () => {
  const edited = said("a", 1, 1, "maya", "2026-11-27T10:00:00Z");
  const now = withLatest(known(edited), part([said("b", 2, 2), said("a", 1, 1)]), 2, new Set(["b"]));
  expect(now.entries).toEqual([edited]);
});

test("parts join where they meet; a gap begins anew", () => {
  const long = { ...known(said("a", 1, 1), said("b", 2, 2)), next: "before a" };
  expect(withLatest(long, part([said("c", 3, 3), said("b", 2, 2)], "before b"), 3, NONE).next).toBe("before a");
  const apart = withLatest(long, part([said("z", 60, 60)], "before z"), 60, NONE);
  expect(apart.entries.map(({ comment }) => comment?.id)).toEqual(["z"]);
  expect(apart.next).toBe("before z");
  const earlier = withEarlier(apart, part([said("y", 50, 50)]), NONE);
  expect(earlier.entries.map(({ comment }) => comment?.id)).toEqual(["y", "z"]);
});

test("what is held comes last, once, and is replaced by itself when it is sent", () => {
  const held = withEntry(known(said("a", 1, 1)), said("h", null, 2));
  expect(held.held).toHaveLength(1);
  const sent = withEntry(held, said("h", 7, 2));
  expect(sent.held).toHaveLength(0);
  expect(sent.entries.map(({ comment }) => comment?.id)).toEqual(["a", "h"]);
  expect(withoutComment(held, "h").held).toHaveLength(0);
});

test("days, news and steps become lines; the filing is no step", () => {
  const timeline = {
    ...known(step("0", 1, 0, "created"), step("1", 2, 1), step("2", 3, 1), said("a", 4, 2, "me"), said("b", 5, 3)),
    read: 3,
  };
  const kinds = piecesOf(timeline, "me", (moment) => moment.slice(0, 10), null).map(({ kind }) => kind);
  expect(kinds).toEqual(["day", "steps", "message", "new", "message"]);
  expect(piecesOf({ ...timeline, read: null }, "me", () => "", "x").map(({ kind }) => kind)).not.toContain("new");
});
