import { queryOptions } from "@tanstack/react-query";
import { clear, createStore, del, entries, get, set, type UseStore } from "idb-keyval";

import { type Answer, ask, askOrThrow, deleteDraft, type DraftView, getDraft, listDrafts, saveDraft } from "../api";
import { lineOf } from "../kernel/words";
import { Draft, type DraftKind, type Kept, type Shelf } from "./draft";
import { queryClient } from "./query-client";

export { type Begun, Draft, type DraftFile, type DraftKind, type DraftState, type Kept, wordsIn } from "./draft";

/** A request whose page is left may be this long, in characters; browsers refuse more than 64 KiB. */
const LAST_WORDS = 50_000;
/** The beginning of the keys of drafts. */
const DRAFT = "draft ";
/** What comes before such a key where a page that is left keeps its last words. */
const LEFT = "deskbell.left.";
const open = new Map<string, Draft>();
let store: UseStore | undefined;

/** The member's drafts on the server, latest first: for rows, the view of drafts and the composer. */
export const serverDrafts = queryOptions({
  queryKey: ["drafts"],
  queryFn: async ({ signal }): Promise<readonly DraftView[]> =>
    await askOrThrow(listDrafts({ query: { limit: 100 }, signal })),
  staleTime: 20_000,
  refetchOnWindowFocus: true,
});

/** The one draft of this kind that a member has on a ticket. It outlives the composer that shows it. */
export function draftOf(memberId: string, ticketId: string, kind: DraftKind): Draft {
  const key = `${DRAFT}${memberId} ${ticketId} ${kind}`;
  let draft = open.get(key);
  if (draft === undefined) {
    draft = new Draft(shelf(key, ticketId, kind));
    open.set(key, draft);
    void draft.load();
  }
  return draft;
}

/** Saves all drafts that the server does not have yet. */
export async function flushDrafts(leaving = false): Promise<void> {
  await Promise.all([...open.values()].map((draft) => draft.flush(leaving)));
}

/** A draft that only this browser has. */
export interface Unsaved {
  readonly key: string;
  readonly ticketId: string;
  /** Its words in one line. */
  readonly line: string;
}

/** The drafts of this browser that the server does not have. */
export async function unsavedDrafts(): Promise<Unsaved[]> {
  const kept = new Map([...(await everything<Kept>()), ...leftWords()]);
  return [...kept]
    .filter(([key, value]) => key.startsWith(DRAFT) && !value.saved)
    .map(([key, { words }]) => ({ key, ticketId: key.split(" ")[2] ?? "", line: lineOf(words) }));
}

/** Removes all that this browser keeps, when its member signs out. */
export async function forgetDrafts(): Promise<void> {
  open.clear();
  leftWords().forEach(([key]) => {
    localStorage.removeItem(LEFT + key);
  });
  try {
    await clear(here());
  } catch {
    // Where there is no IndexedDB, nothing is in it.
  }
}

/** A thing that outlives the page, by its key. `null` removes it. */
export async function keep(key: string, value: unknown): Promise<void> {
  await (value === null ? del(key, here()) : set(key, value, here()));
}

/** What was kept under keys that begin with these words. */
export async function keptUnder<Value>(beginning: string): Promise<Value[]> {
  const found = await everything<Value>();
  return found.filter(([key]) => key.startsWith(beginning)).map(([, value]) => value);
}

/** All that is kept; nothing where the browser has no IndexedDB. */
async function everything<Value>(): Promise<[string, Value][]> {
  try {
    return await entries<string, Value>(here());
  } catch {
    return [];
  }
}

/** The last words of pages that were left, and all words where the browser has no IndexedDB. */
function leftWords(): [string, Kept][] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(LEFT))
    .flatMap((key): [string, Kept][] => {
      const kept = left(key.slice(LEFT.length));
      return kept === undefined ? [] : [[key.slice(LEFT.length), kept]];
    });
}

function left(key: string): Kept | undefined {
  const text = localStorage.getItem(LEFT + key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return undefined;
  }
}

function here(): UseStore {
  store ??= createStore("deskbell", "drafts");
  return store;
}

function shelf(key: string, ticketId: string, kind: DraftKind): Shelf {
  const path = { ticket_id: ticketId, kind };
  const leave = (kept: Kept) => {
    localStorage.setItem(LEFT + key, JSON.stringify(kept));
  };
  const write = async (kept: Kept | null) => {
    if (kept === null) localStorage.removeItem(LEFT + key);
    try {
      await keep(key, kept);
    } catch (error) {
      // Without IndexedDB the words stay where a page that is left keeps its last ones.
      if (kept === null) throw error;
      leave(kept);
      return;
    }
    localStorage.removeItem(LEFT + key);
  };
  return {
    read: async () => {
      const last = left(key);
      if (last === undefined) return await get<Kept>(key, here());
      await write(last).catch(() => undefined);
      return last;
    },
    write,
    leave: (kept) => {
      try {
        leave(kept);
      } catch {
        // More than the browser has room for: then what `write` and the server still get is all there is.
      }
    },
    find: async () => {
      const drafts = await queryClient.query(serverDrafts);
      return drafts.find((each) => each.ticket.id === ticketId && each.kind === kind) ?? null;
    },
    fetch: () => ask(getDraft({ path })) as Promise<Answer<DraftView>>,
    save: async ({ words, files, version }, text, leaving) => {
      const file_ids = files.map((file) => file.id);
      const body = { body: text, document: words as unknown as Record<string, unknown>, file_ids, version };
      const keepalive = leaving && JSON.stringify(body).length < LAST_WORDS;
      return noted((await ask(saveDraft({ path, body, keepalive }))) as Answer<DraftView>);
    },
    discard: async (version) => noted(await ask(deleteDraft({ path, query: { version } }))),
  };
}

/** The list of drafts is out of date after a write. */
function noted<Value>(answer: Answer<Value>): Answer<Value> {
  if (answer.ok) void queryClient.invalidateQueries({ queryKey: serverDrafts.queryKey });
  return answer;
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") void flushDrafts(true);
});
window.addEventListener("pagehide", () => void flushDrafts(true));
