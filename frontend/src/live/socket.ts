import type { QueryClient } from "@tanstack/react-query";

import { backoff, ticketOf } from "../kernel/pushed";

/** Whether the socket is open; starts as true, so that a page does not begin with a warning. */
let connected = true;
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`: calls back when the connection is lost or back. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isConnected(): boolean {
  return connected;
}

/**
 * Follows `/ws` until it is stopped: what changed is fetched again where it is shown. Once connected, everything shown is
 * fetched again, since events before that were missed.
 */
export function follow(cache: QueryClient): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  function open(): void {
    const address = new URL("/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(address);
    socket.onopen = () => {
      void cache.invalidateQueries();
      failures = 0;
      say(true);
    };
    socket.onmessage = (message: MessageEvent<string>) => refresh(cache, message.data);
    socket.onclose = () => {
      if (stopped) return;
      failures += 1;
      if (failures > 1) say(false);
      timer = setTimeout(open, backoff(failures, Math.random()));
    };
  }

  function tryNow(): void {
    if (socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(timer);
    open();
  }

  open();
  window.addEventListener("online", tryNow);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener("online", tryNow);
    socket?.close();
  };
}

function refresh(cache: QueryClient, text: string): void {
  const changed = ticketOf(text);
  if (changed === null) return;
  void cache.invalidateQueries({ queryKey: ["ticket", changed] });
  void cache.invalidateQueries({ queryKey: ["comments", changed] });
  void cache.invalidateQueries({ queryKey: ["list"] });
}

function say(now: boolean): void {
  if (connected === now) return;
  connected = now;
  listeners.forEach((listener) => listener());
}
