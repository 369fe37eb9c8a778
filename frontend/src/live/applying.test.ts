import { QueryClient } from "@tanstack/react-query";
import fc from "fast-check";
import { expect, test } from "vitest";

import type { CommentView, TicketDetail, TimelineEntryView } from "../api";
import { keyOf } from "../kernel/timeline";
import { apply } from "./applying";
import { type Ticket, ticketIn } from "./entities";
import { type Conversation, keepOpening } from "./opening";
import { arrivedAt } from "./place";

const ID = "01a21c22-87c6-773e-a8b9-12fa7998d5c8";

/** A server with one ticket: its present state, and the journal of its changes. */
class Server {
  #event = 0;
  #version = 1;
  #status = "open";
  #comments = new Map<string, CommentView & { event: number }>();
  readonly journal: { id: number; event: string; data: Record<string, unknown> }[] = [];

  constructor(readonly salt: string) {}

  set(status: string): void {
    this.#version += 1;
    this.#status = status;
    this.#record("ticket.updated", () => ({ ...this.ticket(), changes: { status: {} } }));
  }

  say(body: string): void {
    const event = this.#event + 1;
    const id = `${this.salt} ${event}`;
    this.#comments.set(id, { ...comment(id, body, event), event });
    this.#record("comment.added", () => ({ ...this.#comments.get(id), ticket: this.ticket() }));
  }

  edit(which: number, body: string): void {
    const found = [...this.#comments.values()][which % Math.max(1, this.#comments.size)];
    if (found === undefined) return;
    this.#comments.set(found.id, { ...found, body, edited_at: moment(this.#event + 1) });
    this.#record("comment.updated", () => ({ ...this.#comments.get(found.id), ticket: this.ticket() }));
  }

  remove(which: number): void {
    const found = [...this.#comments.keys()][which % Math.max(1, this.#comments.size)];
    if (found === undefined) return;
    this.#comments.delete(found);
    this.#record("comment.deleted", () => ({ id: found, ticket_id: ID }));
  }

  ticket(): Record<string, unknown> {
    return { id: ID, number: 1, version: this.#version, status: this.#status };
  }

  /** What `GET /tickets/{id}?include=timeline` answers now. */
  whole(): TicketDetail {
    const entries = [...this.#comments.values()].map((each): TimelineEntryView => {
      const { event, ...shown } = each;
      return { type: "comment", event_id: event, comment: shown, step: null, created_at: each.created_at };
    });
    const timeline = { entries: entries.toReversed(), next_cursor: null, read_event_id: null };
    return { ...this.ticket(), timeline } as unknown as TicketDetail;
  }

  #record(event: string, data: () => Record<string, unknown>): void {
    this.#event += 1;
    const said = data();
    delete said["event"];
    this.journal.push({ id: this.#event, event, data: said });
  }
}

function moment(event: number): string {
  return new Date(Date.UTC(2026, 0, 1) + event * 1_000).toISOString();
}

function comment(id: string, body: string, event: number): CommentView {
  const author = { id: "maya", name: "Maya", email: "maya@shop.example", avatar_url: null, is_staff: false };
  const fixed = { ticket_id: ID, author_id: "maya", author, public: true, channel: "web" as const, attachments: [] };
  const sent = { state: "sent" as const, send_at: null, failure: null, edited_at: null, version: 1 };
  return { id, body, body_html: `<p>${body}</p>`, created_at: moment(event), ...fixed, ...sent };
}

const act = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), to: fc.constantFrom("open", "pending", "solved") }),
  fc.record({ kind: fc.constant("say" as const), to: fc.string() }),
  fc.record({ kind: fc.constant("edit" as const), to: fc.string(), which: fc.nat(9) }),
  fc.record({ kind: fc.constant("remove" as const), which: fc.nat(9) }),
  /** Some events arrive. */
  fc.record({ kind: fc.constant("hear" as const), many: fc.nat(5) }),
  /** A request begins; its answer has this moment's state and arrives some acts later. */
  fc.record({ kind: fc.constant("ask" as const), later: fc.nat(6) }),
);

let runs = 0;

test("the cache and the events that followed are what a fresh request answers, in whatever order they come", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      runs += 1;
      const cache = new QueryClient();
      const server = new Server(`run ${runs}`);
      const answers: { due: number; asOf: number; body: TicketDetail }[] = [];
      let heard = 0;
      keepOpening(cache, server.whole(), 0);
      const hear = (many: number) => {
        for (const pushed of server.journal.slice(heard, heard + many)) apply(cache, pushed, "me");
        heard = Math.min(server.journal.length, heard + many);
      };
      acts.forEach((each, now) => {
        if (each.kind === "set") server.set(each.to);
        else if (each.kind === "say") server.say(each.to);
        else if (each.kind === "edit") server.edit(each.which, each.to);
        else if (each.kind === "remove") server.remove(each.which);
        else if (each.kind === "hear") hear(each.many);
        else answers.push({ due: now + each.later, asOf: heard, body: server.whole() });
        for (const { asOf, body } of answers.filter(({ due }) => due === now)) keepOpening(cache, body, asOf);
      });
      answers.filter(({ due }) => due >= acts.length).forEach(({ asOf, body }) => void keepOpening(cache, body, asOf));
      hear(server.journal.length);

      const fresh = new QueryClient();
      keepOpening(fresh, server.whole(), server.journal.length);
      const words = (found: QueryClient) =>
        found
          .getQueryData<Conversation>(["timeline", ID])
          ?.entries.map((entry) => [keyOf(entry), entry.event_id, entry.comment?.body]);
      expect(words(cache)).toEqual(words(fresh));
      expect(bare(ticketIn(cache, ID))).toEqual(bare(ticketIn(fresh, ID)));
      cache.clear();
      fresh.clear();
    }),
    { numRuns: 300 },
  );
});

test("a deleted ticket is gone until it is restored, also if an old answer comes late", () => {
  const cache = new QueryClient();
  const server = new Server("gone");
  const before = server.whole();
  keepOpening(cache, before, 0);
  arrivedAt(5);
  apply(cache, { id: 6, event: "ticket.updated", data: { id: ID, number: 1, deleted: true, changes: {} } }, "me");
  keepOpening(cache, before, 5);
  expect(cache.getQueryData(["gone", ID])).toMatchObject({ event: 6 });
  const restored = { ...server.ticket(), version: 3, changes: { deleted: { was: true, now: false } } };
  apply(cache, { id: 7, event: "ticket.updated", data: restored }, "me");
  expect(cache.getQueryData(["gone", ID])).toBeNull();
  cache.clear();
});

/** The row's unread mark says who reads, which the server of this test does not know. */
function bare(ticket: Ticket | undefined): object {
  return { ...ticket, unread: undefined };
}
