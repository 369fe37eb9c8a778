import {
  addComment,
  type Answer,
  ask,
  type CommentView,
  type CreateComment,
  getTicket,
  ifMatch,
  type MailOfReply,
  newKey,
  once,
} from "../api";
import { mentionsOf } from "../kernel/words";
import { markdownOf } from "../kernel/markdown";
import { tellNeeded } from "./changes";
import type { Begun, DraftKind, Kept } from "./draft";
import { draftOf, keep, keptUnder } from "./drafts";
import { messagesSince } from "./messages-since";
import { fetchAgain, keepComment } from "./opening";
import { queryClient } from "./query-client";

/** Who the words are for, and where they belong. */
export interface Addressed {
  readonly memberId: string;
  readonly ticketId: string;
  readonly number: number;
  readonly kind: DraftKind;
  /** The name of the customer. */
  readonly to: string;
}

export type Update = NonNullable<CreateComment["update"]>;

/** Words on their way. The store below has each from the key press until nothing can be done about it any more. */
export interface Outgoing extends Addressed {
  readonly key: string;
  readonly kept: Kept;
  readonly body: CreateComment;
  readonly begun: Begun | null;
  readonly state: "sending" | "held" | "failed" | "overtaken";
  /** How many attempts got no answer. */
  readonly tries: number;
  /** When the first attempt was made, in milliseconds of this browser's clock. */
  readonly since: number;
  /** When a held message is sent; for the others 0. */
  readonly until: number;
  readonly commentId: string | null;
  /** Why it was not sent: the server's sentence, empty if no answer came. */
  readonly problem: string;
  /** How many messages of others came since the words were begun. */
  readonly newer: number;
  readonly tab: string;
}

/** For so long a lost answer is asked for again with the same key. */
const PATIENCE = 60_000;
const UNDER = "outgoing ";
const tab = tabName();
let messages: readonly Outgoing[] = [];
const listeners = new Set<() => void>();

export function onOutgoing(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function outgoing(): readonly Outgoing[] {
  return messages;
}

/**
 * Sends a draft with what is to change in its ticket. Its field is empty immediately; nothing is lost if this fails. Returns
 * the message's key, and when its fate is known.
 */
export function send(
  to: Addressed,
  update: Update | null,
  holdSeconds: number,
  mail?: MailOfReply | null,
): { key: string; done: Promise<void> } {
  const draft = draftOf(to.memberId, to.ticketId, to.kind);
  const kept = draft.kept;
  dropFailed(to.ticketId, to.kind);
  const body = bodyOf(to, kept, update, holdSeconds, mail ?? null);
  const before = kept.attempt as { key: string; body: CreateComment } | undefined;
  const again = before !== undefined && isSame(before.body, body) ? before : undefined;
  const message: Outgoing = {
    ...to,
    key: again?.key ?? newKey(),
    kept,
    body: again?.body ?? body,
    begun: kept.begun,
    state: "sending",
    tries: 0,
    since: Date.now(),
    until: 0,
    commentId: null,
    problem: "",
    newer: 0,
    tab,
  };
  put(message);
  void keep(UNDER + message.key, message).catch(() => undefined);
  const done = draft.take(({ id }) => {
    const sent = again === undefined && id !== null ? { ...message, body: { ...message.body, draft_id: id } } : message;
    return deliver(sent);
  });
  return { key: message.key, done };
}

function bodyOf(
  to: Addressed,
  kept: Kept,
  update: Update | null,
  holdSeconds: number,
  mail: MailOfReply | null,
): CreateComment {
  return {
    body: markdownOf(kept.words),
    public: to.kind === "reply",
    attachments: kept.files.map(({ id, filename, url, mime_type, size }) => ({ id, filename, url, mime_type, size })),
    mentions: mentionsOf(kept.words),
    hold_seconds: holdSeconds,
    ...(update === null ? {} : { update }),
    ...(mail === null ? {} : { mail }),
  };
}

function isSame(one: CreateComment, other: CreateComment): boolean {
  const parts = ({ body, attachments, mentions, update, mail }: CreateComment) =>
    JSON.stringify([body, attachments, mentions, update ?? null, mail ?? null]);
  return parts(one) === parts(other) && one.public === other.public;
}

/** Sends a failed message again, as it was, unless its words have been changed since. */
export function retry(message: Outgoing): { key: string; done: Promise<void> } {
  return send(message, message.body.update ?? null, message.body.hold_seconds ?? 0, message.body.mail);
}

/** Sends until there is an answer. */
async function deliver(start: Outgoing): Promise<void> {
  let message = start;
  put(message);
  for (let tries = 0; ; tries += 1) {
    void keep(UNDER + message.key, message).catch(() => undefined);
    const answer = await post(message);
    if (answer.ok) {
      delivered(message, answer.value);
      return;
    }
    const { problem } = answer;
    const lost = problem.kind === "unreachable" || problem.status >= 500;
    if (lost && Date.now() - message.since < PATIENCE) {
      message = { ...message, tries: message.tries + 1 };
      put(message);
      await connectionOr(Math.min(8_000, 500 * 2 ** tries));
    } else if (problem.status === 412 && tries < 4) {
      const next = await overtaken(message);
      if (next === null) return;
      message = next;
    } else {
      const wanted = { sets: { ...message.body.update } };
      const asked = tellNeeded(queryClient, message.ticketId, problem, wanted);
      failed({ ...message, state: "failed", problem: asked || problem.message });
      return;
    }
  }
}

async function post(message: Outgoing): Promise<Answer<CommentView>> {
  const version = message.kind === "reply" && message.begun !== null ? ifMatch(message.begun.version) : {};
  const path = { ticket_id: message.ticketId };
  return (await ask(
    addComment({ path, body: message.body, headers: { ...once(message.key), ...version } }),
  )) as Answer<CommentView>;
}

function delivered(message: Outgoing, comment: CommentView): void {
  void keep(UNDER + message.key, null).catch(() => undefined);
  void queryClient.invalidateQueries({ queryKey: ["drafts"] });
  keepComment(queryClient, comment, null);
  refresh(message.ticketId);
  if (comment.state !== "held") {
    drop(message.key);
    return;
  }
  const seconds = message.body.hold_seconds ?? 0;
  put({ ...message, state: "held", commentId: comment.id, until: Date.now() + seconds * 1_000 });
  setTimeout(() => drop(message.key), seconds * 1_000);
}

/** The ticket has changed since. Only other properties: the reply goes on; new messages: its author decides. */
async function overtaken(message: Outgoing): Promise<Outgoing | null> {
  const [ticket, newer] = await Promise.all([
    ask(getTicket({ path: { ticket_id: message.ticketId } })),
    messagesSince(message.ticketId, message.begun?.at ?? "", message.memberId),
  ]);
  if (!ticket.ok) {
    failed({ ...message, state: "failed", problem: ticket.problem.message });
    return null;
  }
  const { version, updated_at } = ticket.value;
  const begun = { version, at: updated_at };
  void keep(UNDER + message.key, null).catch(() => undefined);
  if (newer === 0) {
    drop(message.key);
    const next = { ...message, key: newKey(), begun };
    put(next);
    return next;
  }
  refresh(message.ticketId);
  failed({ ...message, state: "overtaken", newer, kept: { ...message.kept, begun } });
  return null;
}

/** The words return to the draft of their ticket, whatever is open by then. */
function failed(message: Outgoing): void {
  const attempt = { key: message.key, body: message.body };
  draftOf(message.memberId, message.ticketId, message.kind).restore({ ...message.kept, saved: false, attempt });
  void keep(UNDER + message.key, null).catch(() => undefined);
  put(message);
}

/** Takes a message off the list: its notice was read, or its words are being changed. */
export function drop(key: string): void {
  messages = messages.filter((each) => each.key !== key);
  listeners.forEach((listener) => listener());
}

/** Takes the notices of failed messages off, for instance once their words are sent again. */
function dropFailed(ticketId: string, kind: DraftKind): void {
  for (const each of messages) {
    const over = each.state === "failed" || each.state === "overtaken";
    if (over && each.ticketId === ticketId && each.kind === kind) drop(each.key);
  }
}

function put(message: Outgoing): void {
  const known = messages.some((each) => each.key === message.key);
  messages = known ? messages.map((each) => (each.key === message.key ? message : each)) : [...messages, message];
  listeners.forEach((listener) => listener());
}

/**
 * Messages without an answer, from before this page was loaded: their words return to their drafts, with the key under
 * which the server may have them already.
 */
export async function recover(memberId: string): Promise<void> {
  for (const message of await keptUnder<Outgoing>(UNDER)) {
    const live = messages.some((each) => each.key === message.key);
    const old = message.tab === tab || Date.now() - message.since > 2 * PATIENCE;
    if (live || !old || message.memberId !== memberId) continue;
    const attempt = { key: message.key, body: message.body };
    draftOf(memberId, message.ticketId, message.kind).restore({ ...message.kept, saved: false, attempt });
    await keep(UNDER + message.key, null).catch(() => undefined);
  }
}

/** Fetches what is new on the ticket, and the lists that may show it. */
export function refresh(ticketId: string): void {
  void fetchAgain(queryClient, ticketId);
  void queryClient.invalidateQueries({ queryKey: ["list"] });
}

/** Waits, but not longer than until the browser has a connection again. */
async function connectionOr(pause: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, pause);
    window.addEventListener("online", done);
    function done(): void {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
  });
}

/** A name for this tab that survives a reload. */
function tabName(): string {
  const known = sessionStorage.getItem("deskbell.tab");
  if (known !== null) return known;
  const name = newKey();
  sessionStorage.setItem("deskbell.tab", name);
  return name;
}
