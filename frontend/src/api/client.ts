import { client } from "./generated/client.gen";
import { type Problem, problemOf } from "./problem";
import { hearTime } from "./server-clock";

/** What came of a request: its value, or the reason why there is none. Nothing is thrown. */
export type Answer<Body> =
  | {
      readonly ok: true;
      /** The `data` of the answer. */
      readonly value: Body extends { data: infer Value } ? Value : Body;
      /** The whole answer, for instance with `pagination`. */
      readonly body: Body;
      /** What `If-Match` of the next write says. */
      readonly etag: string | null;
    }
  | { readonly ok: false; readonly problem: Problem };

interface Result<Body> {
  data?: Body;
  error?: unknown;
  response?: Response;
}

/** Awaits a call of the generated client: `const answer = await ask(getTicket({ path: { ticket_id } }))`. */
export async function ask<Body>(call: Promise<Result<Body>>): Promise<Answer<NonNullable<Body>>> {
  const { data, error, response } = await call;
  if (response?.ok !== true) return { ok: false, problem: problemOf(error, response) };
  const body: NonNullable<Body> = data ?? ({} as NonNullable<Body>);
  const value = isEnvelope(body) ? body.data : body;
  return { ok: true, value: value as never, body, etag: response.headers.get("etag") };
}

/** The same for queries of TanStack Query, which expects a failure to be thrown: it then holds the `Problem`. */
export async function askOrThrow<Body>(
  call: Promise<Result<Body>>,
): Promise<NonNullable<Body> extends { data: infer Value } ? Value : NonNullable<Body>> {
  const answer = await ask(call);
  if (answer.ok) return answer.value;
  throw new RefusedError(answer.problem);
}

/** A problem on its way through code that knows exceptions only. */
export class RefusedError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message || problem.code);
  }
}

/** Headers of a write that must not overwrite what others changed since `etag`. */
export function ifMatch(etag: string | number): { "If-Match": string } {
  return { "If-Match": typeof etag === "number" ? `"${etag}"` : etag };
}

/** Headers of a write that may be sent again: the server performs it once for each key. */
export function once(key: string): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** A new key for `once`. Works without HTTPS too, where `crypto.randomUUID` is missing. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Answers of v1 come in this language from now on. */
export function answerIn(language: string): void {
  client.setConfig({ headers: { ...common, "Accept-Language": language } });
}

/** Calls `listener` when the server says that the session is over. Returns how to stop. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const listeners = new Set<() => void>();

/** The server said that the session is over. */
export function sessionEnded(): void {
  listeners.forEach((listener) => listener());
}

/** The cookie alone must not suffice to write: other sites cannot set this header. */
export const common = { "X-Deskbell": "web" };

client.setConfig({ baseUrl: window.location.origin, credentials: "same-origin", headers: common });

client.interceptors.request.use((request) => {
  if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
    request.headers.set("Idempotency-Key", newKey());
  }
  return request;
});

let left = 1;

/** The share of the rate limit that is left, from 0 to 1, as the latest answer said. */
export function rateLeft(): number {
  return left;
}

client.interceptors.response.use((response) => {
  hearTime(response.headers.get("date"));
  const limit = Number(response.headers.get("x-ratelimit-limit") ?? 0);
  if (limit > 0) left = Number(response.headers.get("x-ratelimit-remaining") ?? limit) / limit;
  // Refused credentials are no ended session.
  if (response.status === 401 && !/\/auth\/(login|step-up)$/.test(new URL(response.url).pathname)) {
    sessionEnded();
  }
  return response;
});

function isEnvelope(body: unknown): body is { data: unknown } {
  return typeof body === "object" && body !== null && "data" in body;
}
