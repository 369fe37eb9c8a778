const LONGEST = 15_000;

/** The pause before the next attempt to connect, in milliseconds: from 0.5 s to 15 s; `chance` is from 0 to 1. */
export function backoff(failures: number, chance: number): number {
  const pause = Math.min(LONGEST, 500 * 2 ** Math.max(0, failures - 1));
  return pause * (0.5 + chance / 2);
}

/** The ticket that a message of the socket is about; `null` for messages about anything else. */
export function ticketOf(text: string): string | null {
  const said: unknown = parsed(text);
  if (!isRecord(said) || typeof said["event"] !== "string" || !isRecord(said["data"])) return null;
  const { event, data } = said as { event: string; data: Record<string, unknown> };
  if (event.startsWith("comment.")) return textOf(data["ticket_id"]) ?? idOf(data["ticket"]);
  if (event.startsWith("ticket.")) return idOf(data["ticket"]) ?? textOf(data["ticket_id"]) ?? textOf(data["id"]);
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function idOf(value: unknown): string | null {
  return isRecord(value) ? textOf(value["id"]) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
