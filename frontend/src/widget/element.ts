import type { Settings } from "./calls";
import { beginForm, ChatView, openChat } from "./chat";
import { make } from "./dom";
import { askForm, mineForm, type Parts } from "./form";
import { accent, style } from "./style";

type View = "chat" | "ask" | "mine";

/** The button and the panel that it opens, in a shadow root: neither the site's style nor ours reaches the other. */
export class DeskbellWidget extends HTMLElement {
  readonly #root: HTMLElement;
  #parts: Parts | null = null;
  #view: View = "ask";
  readonly #kept = new Map<View, HTMLElement>();
  #chat: ChatView | null = null;
  #body = make("div", { class: "body" });

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
    this.#root = make("div", { class: "root" });
    shadow.append(this.#root);
  }

  /** Shows the button. */
  start(parts: Parts): void {
    this.#parts = parts;
    this.#root.lang = parts.desk.language;
    this.#root.dir = getComputedStyle(document.documentElement).direction;
    this.#paint(parts.settings);
    this.#showButton();
    const token = openChat();
    if (token !== null) this.#go(token);
    if (token !== null || parts.settings.chat) this.#view = "chat";
  }

  #go(token: string): void {
    if (this.#parts === null) return;
    this.#chat = new ChatView(this.#parts, token);
    this.#kept.set("chat", this.#chat.element);
  }

  #paint({ colors }: Settings): void {
    if (colors === null) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(accent(colors));
    this.shadowRoot?.adoptedStyleSheets.push(sheet);
  }

  #showButton(): HTMLButtonElement | null {
    if (this.#parts === null) return null;
    const open = (): void => this.#open();
    const button = make(
      "button",
      { class: "main launch", type: "button", "aria-haspopup": "dialog", click: open },
      this.#parts.words.open,
    );
    this.#root.replaceChildren(button);
    return button;
  }

  #close(): void {
    this.#showButton()?.focus();
  }

  #open(): void {
    if (this.#parts === null) return;
    const { settings, words } = this.#parts;
    this.#body = make("div", { class: "body" });
    if (this.#chat?.isOver) {
      this.#chat = null;
      this.#kept.delete("chat");
      if (!settings.chat) this.#view = "ask";
    }
    const views: [View, string][] = [
      ...(settings.chat || this.#chat !== null ? [["chat", words.chat] satisfies [View, string]] : []),
      ["ask", words.ask],
      ["mine", words.mine],
    ];
    const buttons = views.map(([view, label]) =>
      make("button", { type: "button", "data-view": view, click: () => this.#show(view) }, label),
    );
    const panel = make(
      "section",
      { class: "panel", role: "dialog", "aria-labelledby": "title" },
      make(
        "div",
        { class: "head" },
        make("h2", { id: "title" }, words.title(settings.name)),
        make("button", { type: "button", class: "quiet", click: () => this.#close() }, words.close),
      ),
      make("nav", { "aria-labelledby": "title" }, ...buttons),
      this.#body,
    );
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    this.#root.replaceChildren(panel);
    this.#show(this.#view);
  }

  /** Shows a view; what was typed in it before is still there. */
  #show(view: View): void {
    if (this.#parts === null) return;
    this.#view = view;
    for (const button of this.#root.querySelectorAll("nav button")) {
      if (button.getAttribute("data-view") === view) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    const shown = this.#kept.get(view) ?? this.#make(view);
    this.#kept.set(view, shown);
    this.#body.replaceChildren(shown, this.#helpLink());
    shown.querySelector<HTMLElement>("input, textarea, h3")?.focus();
  }

  #helpLink(): HTMLElement {
    const { settings, words } = this.#parts ?? {};
    const link = make("a", { href: settings?.help ?? "", target: "_blank", rel: "noopener" }, words?.help ?? "");
    link.append(make("span", { class: "hidden" }, ` (${words?.newTab ?? ""})`));
    return make("p", {}, link);
  }

  #make(view: View): HTMLElement {
    const parts = this.#parts;
    if (parts === null) return make("div");
    if (view === "mine") return mineForm(parts);
    if (view === "chat") return this.#makeChat(parts);
    return askForm(parts, () => {
      const again = (): void => {
        this.#kept.delete("ask");
        this.#show("ask");
      };
      const done = make(
        "div",
        { role: "status", class: "stack" },
        make("h3", { tabindex: "-1" }, parts.words.sentTitle),
        make("p", {}, parts.words.sentText),
        make("p", {}, make("button", { type: "button", click: again }, parts.words.another)),
      );
      this.#kept.set("ask", done);
      this.#show("ask");
    });
  }

  #makeChat(parts: Parts): HTMLElement {
    const begun = (token: string): void => {
      this.#go(token);
      this.#show("chat");
    };
    const refused = (values: FormData): void => {
      parts.settings.chat = false;
      this.#kept.delete("chat");
      this.#root.querySelector("[data-view=chat]")?.remove();
      this.#show("ask");
      for (const [name, value] of values) {
        const input = this.#body.querySelector<HTMLInputElement>(`[name="${name}"]`);
        if (input && typeof value === "string") input.value = value;
      }
    };
    return beginForm(parts, begun, refused);
  }
}
