/** The deadlines of a ticket, as v1 gives them. */
export interface Deadlines {
  readonly status: string;
  readonly next_due_at: string | null;
  readonly first_response_at: string | null;
  readonly sla: {
    readonly first_response_target: number | null;
    readonly first_response_due_at: string | null;
    readonly resolution_target: number | null;
    readonly resolution_due_at: string | null;
    readonly paused: boolean;
  } | null;
}

/** The clock that runs for a ticket. */
export interface Clock {
  readonly state: "due" | "late" | "paused";
  /** What is due next. */
  readonly act: "answer" | "solve";
  /** The time left, or by which it is late, in seconds. */
  readonly seconds: number;
  /** The part of the whole time that is left, from 0 to 1. */
  readonly left: number;
}

/** The clock that an agent has to watch; `null` if none runs. */
export function clockOf(ticket: Deadlines, now: Date): Clock | null {
  const { sla } = ticket;
  if (sla === null || ticket.status === "solved" || ticket.status === "closed") return null;
  const act = ticket.first_response_at === null && sla.first_response_target !== null ? "answer" : "solve";
  const target = act === "answer" ? sla.first_response_target : sla.resolution_target;
  if (target === null) return null;
  if (sla.paused) return { state: "paused", act, seconds: 0, left: 1 };
  const due = act === "answer" ? sla.first_response_due_at : sla.resolution_due_at;
  if (due === null) return null;
  const left = (Date.parse(due) - now.getTime()) / 1_000;
  const share = target === 0 ? 0 : Math.min(1, Math.max(0, left / target));
  return { state: left < 0 ? "late" : "due", act, seconds: Math.abs(left), left: share };
}

/** A length of time in at most two units, as people say it: "2 d 4 h", "1 h 20 m", "12 m". Under a minute "1 m". */
export function lasting(seconds: number, language: string): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), minutes % 60];
  const years = Math.floor(days / 365);
  const parts: [number, "year" | "day" | "hour" | "minute"][] =
    years > 0
      ? [[years, "year"]]
      : days > 0
        ? [
            [days, "day"],
            [days < 7 ? hours : 0, "hour"],
          ]
        : [
            [hours, "hour"],
            [rest, "minute"],
          ];
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) =>
      new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" }).format(value),
    )
    .join(" ");
}
