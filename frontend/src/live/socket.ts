import type { QueryClient } from "@tanstack/react-query";

import type { SocketMessage } from "../api";
import { afterClose, backoff, type Pushed, readPushed } from "../kernel/pushed";
import { apply } from "./applying";
import { repeatHere, watchPage } from "./at-page";
import { heardOfDirectory } from "./directory-events";
import { fetchLatest } from "./opening";
import { arrivedAt, forgetPlace, place, positionKnown } from "./place";
import { forgetPresence, heard, repeatAll } from "./presence";
import { sessionQuery } from "./session";
import { say, speakInto } from "./socket-out";
import { heardCounts } from "./views";

/** A connection as the page shows it: open, or lost with the moment of the next attempt. */
export interface Connection {
  readonly open: boolean;
  /** When it was lost, in milliseconds. */
  readonly since: number;
  /** When the next attempt begins, in milliseconds. */
  readonly next: number;
}

/** The server sends something every 25 s at least; after this silence the connection counts as lost. */
const SILENCE_MS = 40_000;
const SPREAD_MS = 2_000;
/** Changes that come together are asked for together. */
const STEPS_MS = 300;

/** Starts as open, so that a page does not begin with a warning. */
let connection: Connection = { open: true, since: 0, next: 0 };
let again: (() => void) | undefined;
const listeners = new Set<() => void>();
const hearers = new Set<(pushed: Pushed) => void>();

/** For `useSyncExternalStore`: calls back when the connection is lost or back. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function connectionNow(): Connection {
  return connection;
}

/** Tries to connect without waiting any longer. */
export function connectNow(): void {
  again?.();
}

/** Calls `hearer` with every message, after the cache has taken it. Returns how to stop. */
export function onPushed(hearer: (pushed: Pushed) => void): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

/**
 * Follows `/ws` until it is stopped: each event goes into the cache. After a loss it connects again from the last event
 * that arrived, so that none is missed.
 */
export function follow(cache: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watch: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;
  let socket: WebSocket | undefined;

  function open(): void {
    clearTimeout(timer);
    const address = new URL("/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("since", positionKnown() ? String(place()) : "now");
    const opened = new WebSocket(address);
    socket = opened;
    opened.onopen = () => {
      failures = 0;
      speakInto(opened);
      tell({ open: true, since: 0, next: 0 });
      listen();
      say({ include: ["counts", "directory"] });
      repeatHere();
      repeatAll();
    };
    opened.onmessage = (message: MessageEvent<string>) => {
      listen();
      const pushed = readPushed(message.data);
      if (pushed !== null) hear(cache, pushed);
    };
    opened.onclose = ({ code }) => {
      if (!stopped && socket === opened) lost(code);
    };
  }

  function listen(): void {
    clearTimeout(watch);
    watch = setTimeout(() => {
      const silent = socket;
      lost(1006);
      silent?.close();
    }, SILENCE_MS);
  }

  function lost(code: number): void {
    clearTimeout(watch);
    socket = undefined;
    speakInto(undefined);
    forgetPresence(cache);
    failures += 1;
    const reaction = afterClose(code);
    if (reaction === "sign-in" || code === 4403) void cache.refetchQueries({ queryKey: sessionQuery.queryKey });
    const pause = reaction === "at-once" && failures === 1 ? 0 : backoff(failures, Math.random());
    timer = setTimeout(open, pause);
    // One short gap, as when the server restarts, is not worth a word.
    if (failures > 1) tell({ open: false, since: connection.since || Date.now(), next: Date.now() + pause });
  }

  function tryNow(): void {
    if (socket === undefined) open();
  }

  again = tryNow;
  open();
  const stopWatching = watchPage();
  const focused = () => document.visibilityState === "visible" && tryNow();
  window.addEventListener("online", tryNow);
  document.addEventListener("visibilitychange", focused);
  return () => {
    stopped = true;
    stopWatching();
    clearTimeout(timer);
    clearTimeout(watch);
    window.removeEventListener("online", tryNow);
    document.removeEventListener("visibilitychange", focused);
    socket?.close();
    speakInto(undefined);
    again = undefined;
    forgetPlace();
  };
}

function tell(now: Connection): void {
  if (connection.open && now.open) return;
  connection = now;
  listeners.forEach((listener) => listener());
}

function hear(cache: QueryClient, pushed: Pushed): void {
  // Names that this version does not know pass through to `apply`, which leaves them aside.
  const said = pushed as unknown as SocketMessage;
  switch (said.event) {
    case "ready":
    case "resync": {
      const first = !positionKnown();
      arrivedAt(said.data.since);
      // What was asked for before the place was known may lack an event.
      if (first || said.event === "resync") refresh(cache, first ? 0 : Math.random() * SPREAD_MS);
      break;
    }
    case "presence":
      heard(cache, said.data);
      break;
    case "counts.changed":
      heardCounts(cache, said.data);
      break;
    default:
      if (pushed.id !== null) arrivedAt(pushed.id);
      apply(cache, pushed, cache.getQueryData(sessionQuery.queryKey)?.id);
      heardOfDirectory(cache, pushed.event);
      freshen(cache, pushed);
  }
  hearers.forEach((hearer) => hearer(pushed));
}

/** Fetches all that is shown, once. */
function refresh(cache: QueryClient, pause: number): void {
  setTimeout(() => void refreshNow(cache), pause);
}

async function refreshNow(cache: QueryClient): Promise<void> {
  // A first fetch that is under way goes on, and then lacks as much as those that are done.
  const underway = cache
    .getQueryCache()
    .findAll({ type: "active", fetchStatus: "fetching", predicate: ({ state }) => state.status === "pending" });
  await cache.invalidateQueries();
  await Promise.all(underway.map(({ queryKey }) => cache.invalidateQueries({ queryKey, exact: true })));
}

const awaited = new Set<string>();

/** Events bring no steps: a conversation that is shown gets them immediately, any other when it is opened. */
function freshen(cache: QueryClient, { event, data }: Pushed): void {
  const { id, number } = data;
  if (!event.startsWith("ticket.") || typeof id !== "string" || data["deleted"] === true) return;
  const shown = cache.getQueryCache().find({ queryKey: ["timeline", id] });
  if (shown === undefined || shown.getObserversCount() === 0) {
    void cache.invalidateQueries({ queryKey: ["opening", number], refetchType: "none" });
  } else if (!awaited.has(id)) {
    awaited.add(id);
    setTimeout(() => {
      awaited.delete(id);
      void fetchLatest(cache, id);
    }, STEPS_MS);
  }
}
