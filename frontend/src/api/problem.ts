/** Why a request did not succeed. `code` is one of v1's error codes, or one of the first three kinds. */
export interface Problem {
  /** `unreachable`: no answer came. `ended`: the session is over. `refused`: the server said no. */
  readonly kind: "unreachable" | "ended" | "refused";
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly code: string;
  /** A sentence for people, in their language; empty without an answer. */
  readonly message: string;
  /** The sentence for each field that was refused, by its path in the request's body. */
  readonly fields: Readonly<Record<string, string>>;
  /** All details of the error, for instance the current object of a 412. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | null;
}

interface Envelope {
  error?: { code?: unknown; message?: unknown; details?: unknown };
}

/** Reads the problem out of an answer that is an error. `body` is what it held, `response` is absent without one. */
export function problemOf(body: unknown, response: Response | undefined): Problem {
  if (response === undefined) return withoutAnswer;
  const error = isRecord(body) ? (body as Envelope).error : undefined;
  const details = isRecord(error?.details) ? error.details : {};
  const after = Number(response.headers.get("retry-after") ?? details["retry_after"] ?? NaN);
  return {
    kind: response.status === 401 ? "ended" : "refused",
    status: response.status,
    code: typeof error?.code === "string" ? error.code : `HTTP_${response.status}`,
    message: typeof error?.message === "string" ? error.message : "",
    fields: fieldsOf(details["fields"]),
    details,
    requestId: response.headers.get("x-request-id"),
    retryAfter: Number.isFinite(after) ? after : null,
  };
}

const withoutAnswer: Problem = {
  kind: "unreachable",
  status: 0,
  code: "UNREACHABLE",
  message: "",
  fields: {},
  details: {},
  requestId: null,
  retryAfter: null,
};

function fieldsOf(problems: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const each of Array.isArray(problems) ? (problems as unknown[]) : []) {
    if (isRecord(each) && typeof each["path"] === "string") fields[each["path"]] ??= String(each["message"]);
  }
  return fields;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
