/** The calls of the widget to its desk. They carry no cookie; the desk answers the sites that an admin has allowed. */

export interface Settings {
  name: string;
  colors: { light: [string, string]; dark: [string, string] } | null;
  chat: boolean;
  most_files: number;
  most_bytes: number;
  help: string;
}

export interface Article {
  title: string;
  address: string;
}

/** Words of a chat; `own` are the guest's. */
export interface Message {
  id: string;
  name: string;
  own: boolean;
  text: string;
  at: string;
}

/** A chat as the server shows it. `waits` is the time in seconds that is left for an answer. */
export interface Conversation {
  ticket_id: string;
  state: "waiting" | "answered" | "missed" | "ended";
  waits: number;
  messages: Message[];
}

/** Why a call was refused, in the reader's language; `problems` are by field. */
export interface Refusal {
  error: string;
  code: string;
  problems: Record<string, string>;
}

/** The value of a call, its refusal, or null where the desk was not reached. */
export type Answer<T> = { value: T } | { refusal: Refusal | null };

export class Desk {
  readonly #base: string;

  constructor(
    readonly origin: string,
    organization: string,
    readonly language: string,
  ) {
    this.#base = `${origin}/embed/${encodeURIComponent(organization)}`;
  }

  get<T>(path: string, values: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer<T>> {
    return this.#call<T>(path, values, signal ? { signal } : {});
  }

  /** Sends a form. Without a type of its own, it needs no question to the server first. */
  post<T>(path: string, body: FormData): Promise<Answer<T>> {
    return this.#call<T>(path, {}, { method: "POST", body });
  }

  /** A socket that a chat's token opens for this chat alone. */
  socket(token: string): WebSocket {
    return new WebSocket(`${this.origin.replace(/^http/, "ws")}/ws?${new URLSearchParams({ token }).toString()}`);
  }

  async #call<T>(path: string, values: Record<string, string>, options: RequestInit): Promise<Answer<T>> {
    const query = new URLSearchParams({ ...values, lang: this.language }).toString();
    const address = `${this.#base}/${path}${path.includes("?") ? "&" : "?"}${query}`;
    try {
      const answer = await fetch(address, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        ...options,
      });
      const body: unknown = await answer.json();
      return answer.ok ? { value: body as T } : { refusal: body as Refusal };
    } catch {
      return { refusal: null };
    }
  }
}
