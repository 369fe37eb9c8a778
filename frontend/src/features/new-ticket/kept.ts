import type { CreateTicket } from "../../api";

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
}

const PREFIX = "deskbell.new-ticket.";

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
  };
}

/** What a member has begun to write in this browser. */
export function readNew(memberId: string): NewTicket {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + memberId) ?? "null");
    return typeof kept === "object" && kept !== null ? { ...emptyTicket(), ...kept } : emptyTicket();
  } catch {
    return emptyTicket();
  }
}

/** Keeps it; a full storage keeps the words on the page only. */
export function keepNew(memberId: string, ticket: NewTicket): void {
  try {
    localStorage.setItem(PREFIX + memberId, JSON.stringify(ticket));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

export function clearNew(memberId: string): void {
  localStorage.removeItem(PREFIX + memberId);
}
