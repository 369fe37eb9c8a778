import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";

import { change, type Trouble } from "./changes";
import { drawnTicket, putTickets, type Ticket, ticketIn } from "./entities";

const ID = "01a21c22-87c6-773e-a8b9-12fa7998d5c8";

function ticket(values: object): Ticket {
  return {
    id: ID,
    number: 1,
    version: 1,
    status: "open",
    priority: "normal",
    tags: [],
    fields: {},
    ...values,
  } as never;
}

/** A server with one ticket that takes `If-Match` seriously. `before` runs when a write arrives. */
class Server {
  readonly writes: unknown[] = [];
  before: () => void = () => undefined;
  refusal: object | null = null;

  constructor(public state: Ticket) {
    vi.stubGlobal("fetch", (request: Request) => this.#answer(request));
  }

  set(values: object): void {
    this.state = { ...this.state, ...values, version: this.state.version + 1 };
  }

  async #answer(request: Request): Promise<Response> {
    if (request.url.includes("/timeline")) return json(200, { entries: [], next_cursor: null, read_event_id: null });
    if (request.method === "GET") return json(200, this.state);
    this.before();
    if (this.refusal !== null) return json(422, null, this.refusal);
    if (request.headers.get("If-Match") !== `"${this.state.version}"`) return json(412, null, { code: "STALE" });
    const body = (await request.json()) as object;
    this.writes.push(body);
    this.set(body);
    return json(200, this.state);
  }
}

function json(status: number, data: unknown, error?: object): Response {
  const body = error === undefined ? { success: true, data } : { success: false, error };
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

function opened(values: object = {}): { cache: QueryClient; server: Server } {
  const cache = new QueryClient();
  const server = new Server(ticket(values));
  putTickets(cache, [server.state]);
  return { cache, server };
}

function troubles(cache: QueryClient): Record<string, Trouble> {
  return cache.getQueryData(["troubles", ID]) ?? {};
}

afterEach(() => vi.unstubAllGlobals());

test("keys can be pressed ahead: each shows immediately, the writes go one after another", async () => {
  const { cache, server } = opened();
  const all = [
    change(cache, ID, { sets: { status: "pending" } }),
    change(cache, ID, { sets: { priority: "high" } }),
    change(cache, ID, { sets: { status: "solved" } }),
  ];
  expect(drawnTicket(cache, ID)).toMatchObject({ status: "solved", priority: "high", version: 1 });
  expect(await Promise.all(all)).toEqual([true, true, true]);
  expect(server.writes).toEqual([{ status: "pending" }, { priority: "high" }, { status: "solved" }]);
  expect(ticketIn(cache, ID)).toMatchObject({ status: "solved", priority: "high", version: 4 });
  cache.clear();
});

test("another field that changed meanwhile is no conflict", async () => {
  const { cache, server } = opened();
  server.set({ subject: "Zip and button" });
  expect(await change(cache, ID, { sets: { status: "solved" } })).toBe(true);
  expect(drawnTicket(cache, ID)).toMatchObject({ status: "solved", subject: "Zip and button" });
  cache.clear();
});

test("the same field that changed meanwhile is one, and keeps the other's value", async () => {
  const { cache, server } = opened();
  server.set({ status: "pending" });
  expect(await change(cache, ID, { sets: { status: "solved" } })).toBe(false);
  expect(drawnTicket(cache, ID)).toMatchObject({ status: "pending" });
  expect(troubles(cache)["status"]).toMatchObject({ kind: "conflict" });
  expect(server.writes).toEqual([]);
  cache.clear();
});

test("a ticket that changes again and again is given up after three attempts", async () => {
  const { cache, server } = opened();
  server.before = () => server.set({ subject: `At ${server.state.version}` });
  expect(await change(cache, ID, { sets: { status: "solved" } })).toBe(false);
  expect(troubles(cache)["status"]).toMatchObject({ kind: "conflict" });
  expect(drawnTicket(cache, ID)).toMatchObject({ status: "open", subject: "At 3" });
  cache.clear();
});

test("a refusal takes back its own fields alone and says why", async () => {
  const { cache, server } = opened();
  server.refusal = {
    code: "VALIDATION_ERROR",
    message: "Some values are invalid",
    details: { fields: [{ path: "fields.size", message: "No such option" }] },
  };
  const refused = change(cache, ID, { sets: { "fields.size": "xxl" } });
  putTickets(cache, [ticket({ version: 2, priority: "urgent" })]);
  expect(drawnTicket(cache, ID)).toMatchObject({ priority: "urgent", fields: { size: "xxl" } });
  expect(await refused).toBe(false);
  expect(drawnTicket(cache, ID)).toMatchObject({ priority: "urgent", fields: {} });
  expect(troubles(cache)["fields.size"]).toMatchObject({ kind: "refused", message: "No such option" });
  cache.clear();
});

test("without a server the field says so and keeps the choice for another try", async () => {
  const { cache } = opened();
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  expect(await change(cache, ID, { sets: { status: "solved" } })).toBe(false);
  expect(troubles(cache)["status"]).toMatchObject({ unreachable: true, wanted: { sets: { status: "solved" } } });
  cache.clear();
});
