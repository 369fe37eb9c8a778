import { type CreateTicket, newKey } from "../../api";
import type { FieldValue } from "../../kernel/field-values";
import { isEmpty } from "../../kernel/forms";

/** Who a ticket is for: a contact that is known, or an address with a name. */
export interface Requester {
  readonly id: string | null;
  readonly email: string;
  readonly name: string;
}

/** A ticket that is being written. */
export interface NewTicket {
  readonly requester: Requester;
  readonly subject: string;
  readonly description: string;
  readonly priority: NonNullable<CreateTicket["priority"]>;
  readonly channel: NonNullable<CreateTicket["channel"]>;
  readonly assignee: string;
  readonly group: string;
  readonly tags: string;
  /** Values of the organization's fields, by their keys. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

const PREFIX = "deskbell.new-ticket.";
const SLOT = "deskbell.new-ticket-slot";
/** Letters of a begun ticket that name it. */
const SHOWN = 60;

export function emptyTicket(): NewTicket {
  const requester = { id: null, email: "", name: "" };
  return {
    requester,
    subject: "",
    description: "",
    priority: "normal",
    channel: "phone",
    assignee: "",
    group: "",
    tags: "",
    fields: {},
  };
}

/** A ticket that was begun in another tab, by the place where it is kept. */
export interface Begun {
  readonly place: string;
  readonly words: string;
}

/** What a member has begun to write in this tab. */
export function readNew(memberId: string): NewTicket {
  return readAt(placeOf(memberId));
}

/** Keeps it; a full storage keeps the words on the page only. */
export function keepNew(memberId: string, ticket: NewTicket): void {
  try {
    localStorage.setItem(placeOf(memberId), JSON.stringify(ticket));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Keeps a ticket next to the one of this tab, as if another tab had begun it. */
export function keepApart(memberId: string, ticket: NewTicket): void {
  localStorage.setItem(`${PREFIX}${memberId}.${newKey()}`, JSON.stringify(ticket));
}

export function isBlank({ requester, ...ticket }: NewTicket): boolean {
  const words = [ticket.subject, ticket.description, ticket.tags, requester.name, requester.email];
  return words.every((text) => text.trim() === "") && Object.values(ticket.fields).every(isEmpty);
}

export function clearNew(memberId: string): void {
  localStorage.removeItem(placeOf(memberId));
}

/** What the member has begun in other tabs, open or closed ones. */
export function begunElsewhere(memberId: string): readonly Begun[] {
  const own = placeOf(memberId);
  return begunBy(memberId).filter(({ place }) => place !== own);
}

/** All that the member has begun in this browser. */
export function begunBy(memberId: string): readonly Begun[] {
  return placesOf(memberId)
    .sort()
    .flatMap((place) => {
      const { subject, description, requester } = readAt(place);
      const words = [subject, description, requester.name, requester.email].find((text) => text.trim() !== "");
      return words === undefined ? [] : [{ place, words: words.trim().slice(0, SHOWN) }];
    });
}

/** Removes all that the member has begun in this browser. */
export function forgetBegun(memberId: string): void {
  placesOf(memberId).forEach((place) => {
    localStorage.removeItem(place);
  });
}

function placesOf(memberId: string): string[] {
  return Object.keys(localStorage).filter((place) => place.startsWith(`${PREFIX}${memberId}.`));
}

/** Goes on here with what was begun elsewhere; what this tab had stays begun. */
export function takeUp(memberId: string, place: string): NewTicket {
  const ticket = readAt(place);
  sessionStorage.setItem(SLOT, newKey());
  keepNew(memberId, ticket);
  localStorage.removeItem(place);
  return ticket;
}

function readAt(place: string): NewTicket {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return typeof kept === "object" && kept !== null ? { ...emptyTicket(), ...kept } : emptyTicket();
  } catch {
    return emptyTicket();
  }
}

/** Each tab has its own place, so that two tickets that are written at the same time are two. */
function placeOf(memberId: string): string {
  let slot = sessionStorage.getItem(SLOT);
  if (slot === null) {
    slot = newKey();
    sessionStorage.setItem(SLOT, slot);
  }
  return `${PREFIX}${memberId}.${slot}`;
}
