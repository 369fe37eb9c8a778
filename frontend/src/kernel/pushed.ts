const LONGEST = 15_000;

/** The pause before the next attempt to connect, in milliseconds: from 0.5 s to 15 s; `chance` is from 0 to 1. */
export function backoff(failures: number, chance: number): number {
  const pause = Math.min(LONGEST, 500 * 2 ** Math.max(0, failures - 1));
  return pause * (0.5 + chance / 2);
}

/** A message of the socket. `id` is the event's place in the journal; `null` for what is no event. */
export interface Pushed {
  readonly id: number | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a message of the socket; `null` for anything else. */
export function readPushed(text: string): Pushed | null {
  const said: unknown = parsed(text);
  if (!isRecord(said) || typeof said["event"] !== "string") return null;
  const { id, data } = said;
  return { id: typeof id === "number" ? id : null, event: said["event"], data: isRecord(data) ? data : {} };
}

/** The ticket that a message is about; `null` for messages about anything else. */
export function ticketOf({ event, data }: Pushed): string | null {
  if (event.startsWith("comment.")) return textOf(data["ticket_id"]) ?? idOf(data["ticket"]);
  if (event.startsWith("ticket.")) return textOf(data["id"]) ?? textOf(data["ticket_id"]);
  return null;
}

/** What to do when the socket closes with a code. */
export function afterClose(code: number): "sign-in" | "at-once" | "later" {
  if (code === 4401) return "sign-in";
  return code === 4403 || code === 4408 || code === 4410 ? "at-once" : "later";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function idOf(value: unknown): string | null {
  return isRecord(value) ? textOf(value["id"]) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
