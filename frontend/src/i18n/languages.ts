import { i18n, type MessageDescriptor, type MessageOptions } from "@lingui/core";

import { unturned } from "../kernel/directions";
import type { Catalog } from "./feature-catalogs";
import { messages as english } from "./locales/en.po";

const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** Those of the other languages, by their place. */
const first = import.meta.glob<Catalog>("./locales/de.po");
/** The features whose words are here, besides those of the first page. */
const features = new Set<string>();

// The English words of the first page are there from the start, so that it waits for nothing.
i18n.load("en", english);
i18n.activate("en");
// A page that shows words of a feature without `loadWords`: every browser test fails on it.
i18n.on("missing", ({ id, locale }) => reportError(["missing:", locale, id].join(" ")));

type Values = Record<string, unknown>;
const say = i18n._.bind(i18n);

/** A sentence with its values. No name in it turns the direction of the rest. */
i18n.t = i18n._ = (given: MessageDescriptor | string, values?: Values, options?: MessageOptions): string => {
  const { id, ...rest } = typeof given === "string" ? { id: given, values, ...options } : given;
  const all: Values = { ...rest.values };
  for (const name in all) if (typeof all[name] === "string") all[name] = unturned(all[name]);
  return say(id, all, rest);
};

/** The language of this browser, if there is a catalog for it. */
export function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return languages.find((language) => wanted[0] === language) ?? wanted.map(supported).find(Boolean) ?? "en";
}

/** Shows every word in `language` from now on. */
export async function showLanguage(language: Language): Promise<void> {
  await Promise.all([load(language), ...[...features].map((feature) => load(language, feature))]);
  i18n.activate(language);
  document.documentElement.lang = language;
}

/** Loads the words of a feature, whose pages are then shown. */
export async function loadWords(feature: string): Promise<void> {
  features.add(feature);
  await load(i18n.locale, feature);
}

async function load(language: string, feature?: string): Promise<void> {
  const catalogs = feature === undefined ? first : (await import("./feature-catalogs")).catalogs;
  const place = feature === undefined ? language : `${feature}/${language}`;
  const catalog = catalogs[`./locales/${place}.po`];
  if (catalog !== undefined) i18n.load(language, (await catalog()).messages);
}

function supported(tag: string | undefined): Language | undefined {
  return languages.find((language) => language === tag);
}
