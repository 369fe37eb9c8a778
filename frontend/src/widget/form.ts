import type { Answer, Article, Desk, Refusal, Settings } from "./calls";
import { make } from "./dom";
import type { Words } from "./words";

const PAUSE = 300;

/** What each view of the panel is made of. */
export interface Parts {
  desk: Desk;
  settings: Settings;
  words: Words;
}

/** A field with its label and the place of its problem. Its id is good for one panel, which is alone in its shadow root. */
export function field(
  label: string,
  input: HTMLInputElement | HTMLTextAreaElement,
  name: string,
  note?: string,
): HTMLElement {
  input.id = name;
  input.name = name;
  const head = make("label", { for: name }, label);
  if (note) head.append(" ", make("span", { class: "soft" }, `(${note})`));
  return make("div", {}, head, input, make("p", { class: "wrong", id: `${name}-wrong` }));
}

/** Shows the problems of a form at their fields, and the others in its alert; the first one gets the focus. */
function showProblems(form: HTMLFormElement, refusal: Refusal | null, words: Words): void {
  const problems = { ...refusal?.problems };
  let first: HTMLElement | undefined;
  for (const input of form.querySelectorAll<HTMLElement>("[name]")) {
    const problem = problems[input.id];
    const place = form.querySelector(`#${input.id}-wrong`);
    if (place) place.textContent = problem ?? "";
    if (problem === undefined) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      continue;
    }
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.id}-wrong`);
    first ??= input;
  }
  const alert = form.querySelector(".alert");
  if (alert) alert.textContent = first ? words.again : (refusal?.error ?? words.offline);
  first?.focus();
}

/** Sends a form once at a time; `done` gets the value. What was typed stays until then. */
export function sends<T>(
  form: HTMLFormElement,
  words: Words,
  send: (values: FormData) => Promise<Answer<T>>,
  done: (value: T) => void,
): void {
  let underWay = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (underWay) return;
    underWay = true;
    const button = form.querySelector(".main");
    const label = button?.textContent ?? "";
    if (button) button.textContent = words.sending;
    void send(new FormData(form)).then((answer) => {
      underWay = false;
      if (button) button.textContent = label;
      if ("value" in answer) done(answer.value);
      else showProblems(form, answer.refusal, words);
    });
  });
}

/** The form of a request. `done` is called once it is sent. */
export function askForm({ desk, settings, words }: Parts, done: () => void): HTMLFormElement {
  const required = { required: true };
  const subject = make("input", { ...required, maxlength: "200" });
  const files = make("input", { type: "file", multiple: true });
  const form = make(
    "form",
    { novalidate: true },
    make("p", { class: "alert wrong", role: "alert" }),
    field(words.name, make("input", { ...required, autocomplete: "name", maxlength: "200" }), "name"),
    field(words.email, make("input", { ...required, type: "email", autocomplete: "email", maxlength: "254" }), "email"),
    field(words.subject, subject, "subject"),
    articles(desk, words, subject),
    field(words.text, make("textarea", { ...required, rows: "5", maxlength: "20000" }), "text"),
    field(words.files, files, "files", words.optional),
    make(
      "div",
      { class: "trap", "aria-hidden": "true" },
      field(words.empty, make("input", { tabindex: "-1", autocomplete: "off" }), "website"),
    ),
    make("button", { class: "main" }, words.send),
  );
  const send = (values: FormData): Promise<Answer<unknown>> => {
    if ((files.files?.length ?? 0) <= settings.most_files) return desk.post("requests", values);
    const problem = words.tooManyFiles(settings.most_files);
    return Promise.resolve({ refusal: { error: problem, code: "", problems: { files: problem } } });
  };
  sends(form, words, send, done);
  return form;
}

/** Articles for the subject that is being typed. A screen reader announces them when the typing pauses. */
function articles(desk: Desk, words: Words, subject: HTMLInputElement): HTMLElement {
  const place = make("div", { "aria-live": "polite" });
  let timer = 0;
  let underWay: AbortController | null = null;
  const offer = async (): Promise<void> => {
    underWay?.abort();
    const asked = subject.value.trim();
    if (asked === "") {
      place.replaceChildren();
      return;
    }
    underWay = new AbortController();
    const answer = await desk.get<Article[]>("articles", { subject: asked }, underWay.signal);
    if (!("value" in answer) || asked !== subject.value.trim()) return;
    const items = answer.value.map(({ title, address }) =>
      make(
        "li",
        {},
        make(
          "a",
          { href: address, target: "_blank", rel: "noopener" },
          title,
          make("span", { class: "hidden" }, ` (${words.newTab})`),
        ),
      ),
    );
    place.replaceChildren(
      ...(items.length > 0
        ? [make("div", { class: "similar" }, make("h3", {}, words.articles), make("ul", {}, ...items))]
        : []),
    );
  };
  subject.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void offer(), PAUSE);
  });
  return place;
}

/** The form that mails a link to all requests of an address. */
export function mineForm({ desk, words }: Parts): HTMLFormElement {
  const form = make(
    "form",
    { novalidate: true },
    make("p", {}, words.mineText),
    make("p", { class: "alert wrong", role: "alert" }),
    field(
      words.email,
      make("input", { required: true, type: "email", autocomplete: "email", maxlength: "254" }),
      "email",
    ),
    make("button", { class: "main" }, words.mineSend),
  );
  const send = (values: FormData): Promise<Answer<unknown>> => desk.post("links", values);
  sends(form, words, send, () => form.replaceChildren(make("p", { role: "status" }, words.mineSent)));
  return form;
}
