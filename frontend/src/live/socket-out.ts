import type { SocketClientMessage } from "../api";

let current: WebSocket | undefined;

/** The socket that is open now. */
export function speakInto(socket: WebSocket | undefined): void {
  current = socket;
}

/** Sends a message to the server, if the socket is open. */
export function say(message: SocketClientMessage): void {
  if (current?.readyState === WebSocket.OPEN) current.send(JSON.stringify(message));
}
