import type { Answer, Conversation, Message } from "./calls";
import { make } from "./dom";
import { field, type Parts, sends } from "./form";

const KEY = "deskbell-chat";
/** Milliseconds between two looks without a socket, between signs of life, and between two announcements of typing. */
const LOOK = 4_000;
const LIFE = 15_000;
const TYPED = 5_000;

/** The token of this tab's chat. A site that keeps nothing loses a chat when its page changes, and no more. */
export function openChat(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // The chat goes on until the page is left.
  }
}

/** The form that begins a chat. `done` gets its token; `refused` is called where no agent is there any more. */
export function beginForm(
  { desk, words }: Parts,
  done: (token: string) => void,
  refused: (values: FormData) => void,
): HTMLFormElement {
  const required = { required: true };
  const form = make(
    "form",
    { novalidate: true },
    make("p", {}, words.beginText),
    make("p", { class: "alert wrong", role: "alert" }),
    field(words.name, make("input", { ...required, autocomplete: "name", maxlength: "200" }), "name"),
    field(words.email, make("input", { ...required, type: "email", autocomplete: "email", maxlength: "254" }), "email"),
    field(words.text, make("textarea", { ...required, rows: "3", maxlength: "4000" }), "text"),
    make("button", { class: "main" }, words.begin),
  );
  const send = async (values: FormData): Promise<Answer<{ token: string }>> => {
    const answer = await desk.post<{ token: string }>("chats", values);
    if ("refusal" in answer && answer.refusal?.code === "CHAT_UNAVAILABLE") refused(values);
    return answer;
  };
  sends(form, words, send, ({ token }) => {
    keep(token);
    done(token);
  });
  return form;
}

/** A chat that goes on: live over a socket, and by looking now and then where there is none. */
export class ChatView {
  readonly element: HTMLElement;
  readonly #list = make("div", { class: "talk", role: "log" });
  readonly #state = make("p", { role: "status" });
  readonly #writes = make("p", { class: "soft", "aria-live": "polite" });
  readonly #form: HTMLFormElement;
  readonly #end: HTMLButtonElement;
  readonly #known = new Set<string>();
  #socket: WebSocket | null = null;
  #ticket = "";
  #isOver = false;
  #typedAt = 0;
  #looking = false;
  #timer = 0;

  constructor(
    private readonly parts: Parts,
    private readonly token: string,
  ) {
    const { words } = parts;
    const text = make("textarea", { required: true, rows: "2", maxlength: "4000", input: () => this.#typed() });
    this.#list.setAttribute("aria-label", words.conversation);
    this.#form = make(
      "form",
      { novalidate: true },
      make("p", { class: "alert wrong", role: "alert" }),
      field(words.text, text, "text"),
      make("button", { class: "main" }, words.send),
    );
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    const send = (values: FormData): Promise<Answer<Conversation>> =>
      parts.desk.post<Conversation>(`chat/messages?token=${token}`, values);
    sends(this.#form, words, send, (chat) => {
      text.value = "";
      this.#typedAt = 0;
      this.#show(chat);
    });
    this.#end = make("button", { type: "button", click: () => void this.#leave() }, words.end);
    this.element = make("div", { class: "stack" }, this.#list, this.#writes, this.#state, this.#form, this.#end);
    this.#connect();
    void this.#look();
    this.#timer = window.setInterval(() => this.#tick(), LOOK);
  }

  /** Asks for the chat as it is now. */
  async #look(): Promise<void> {
    if (this.#looking || this.#isOver) return;
    this.#looking = true;
    const answer = await this.parts.desk.get<Conversation>("chat", { token: this.token });
    this.#looking = false;
    if ("value" in answer) this.#show(answer.value);
    else if (answer.refusal?.code === "LINK_ENDED" || answer.refusal?.code === "NOT_FOUND") {
      this.#finish(this.parts.words.over);
    }
  }

  #lastLife = 0;

  #tick(): void {
    const isOpen = this.#socket?.readyState === WebSocket.OPEN;
    if (this.#socket?.readyState === WebSocket.CLOSED) this.#connect();
    const now = Date.now();
    if (isOpen && now - this.#lastLife < LIFE) return;
    this.#lastLife = now;
    void this.#look();
    if (isOpen && now - this.#typedAt >= TYPED) this.#tell({ viewing: this.#ticket });
  }

  #connect(): void {
    try {
      const socket = this.parts.desk.socket(this.token);
      socket.addEventListener("message", (event) => this.#hear(String(event.data)));
      this.#socket = socket;
    } catch {
      this.#socket = null; // the site's policy forbids it: looking now and then is enough
    }
  }

  #hear(text: string): void {
    const { event, data } = JSON.parse(text) as { event: string; data: { names?: string[] } };
    if (event === "ping") this.#tell({ pong: {} });
    else if (event === "typing") {
      const [name] = data.names ?? [];
      this.#writes.textContent = name === undefined ? "" : this.parts.words.writes(name);
    } else if (event !== "pong" && event !== "presence") void this.#look();
  }

  #tell(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN && this.#ticket) this.#socket.send(JSON.stringify(message));
  }

  #typed(): void {
    const now = Date.now();
    if (now - this.#typedAt < TYPED || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#typedAt = now;
    this.#tell({ typing: this.#ticket });
  }

  async #leave(): Promise<void> {
    const answer = await this.parts.desk.post<Conversation>(`chat/end?token=${this.token}`, new FormData());
    if ("value" in answer) this.#show(answer.value);
  }

  #show(chat: Conversation): void {
    const { words } = this.parts;
    const isNew = this.#ticket === "";
    this.#ticket = chat.ticket_id;
    if (isNew) this.#tell({ viewing: this.#ticket });
    for (const message of chat.messages) this.#add(message);
    if (chat.state === "missed" || chat.state === "ended") this.#finish(words[chat.state]);
    else this.#state.textContent = chat.state === "waiting" ? words.waiting : "";
    if (chat.state === "waiting" && chat.waits === 0) void this.#leave();
  }

  #add({ id, name, own, text }: Message): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    const head = make("strong", {}, own ? this.parts.words.you : name);
    this.#list.append(make("div", { class: own ? "own" : "theirs" }, head, text));
    this.#list.lastElementChild?.scrollIntoView({ block: "nearest" });
    if (!own) this.#writes.textContent = "";
  }

  #finish(words: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#socket?.close();
    keep(null);
    this.#writes.textContent = "";
    this.#state.textContent = words;
    this.#form.remove();
    this.#end.remove();
  }

  get isOver(): boolean {
    return this.#isOver;
  }
}
