import { i18n } from "@lingui/core";

import { messages as english } from "./locales/en.po";

const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

// English is there from the start, so that no page waits for words; others come when they are chosen.
i18n.load("en", english);
i18n.activate("en");

/** The language of this browser, if there is a catalog for it. */
export function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return languages.find((language) => wanted[0] === language) ?? wanted.map(supported).find(Boolean) ?? "en";
}

/** Shows every word in `language` from now on. */
export async function showLanguage(language: Language): Promise<void> {
  if (language === "de") i18n.load("de", (await import("./locales/de.po")).messages);
  i18n.activate(language);
  document.documentElement.lang = language;
}

function supported(tag: string | undefined): Language | undefined {
  return languages.find((language) => language === tag);
}
