/**
 * The form on other sites: `<script src="…/embed.js" data-organization="shop.example" async></script>`.
 * It sets no cookie, adds one element to the page, and shows nothing on a site that the organization has not allowed.
 */
import { Desk, type Settings } from "./calls";
import { DeskbellWidget } from "./element";
import { wordsIn } from "./words";

const NAME = "deskbell-widget";
const script = document.currentScript ?? document.querySelector("script[data-organization][src*='embed.js']");

async function start(source: HTMLScriptElement): Promise<void> {
  const { organization, language } = source.dataset;
  if (organization === undefined || customElements.get(NAME)) return;
  const [words, spoken] = wordsIn(language ?? (document.documentElement.lang || navigator.language));
  const desk = new Desk(new URL(source.src).origin, organization, spoken);
  const answer = await desk.get<Settings>("settings");
  if (!("value" in answer) || customElements.get(NAME)) return;
  customElements.define(NAME, DeskbellWidget);
  const widget = new DeskbellWidget();
  document.body.append(widget);
  widget.start({ desk, settings: answer.value, words });
}

if (script instanceof HTMLScriptElement) {
  const begin = (): void => void start(script);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
  else begin();
}
