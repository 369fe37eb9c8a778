/** What the end of an article's address names: an article, a new one, or the searches that found none. */
export type ArticlePlace =
  | { readonly kind: "article"; readonly id: string }
  | { readonly kind: "searches" }
  | { readonly kind: "new"; readonly about: string }
  | { readonly kind: "translation"; readonly of: string; readonly locale: string };

/** Reads `ID`, `searches`, `new`, `new.about.WORDS` and `new.LOCALE.ID`. */
export function articlePlace(end: string | undefined): ArticlePlace | undefined {
  if (end === undefined) return undefined;
  if (end === "searches") return { kind: "searches" };
  if (end === "new") return { kind: "new", about: "" };
  if (!end.startsWith("new.")) return { kind: "article", id: end };
  const [, locale = "", ...rest] = end.split(".");
  const named = rest.join(".");
  return locale === "about" ? { kind: "new", about: named } : { kind: "translation", of: named, locale };
}

/** The address of the form for an article about something. */
export function articleAbout(words: string): string {
  return `/knowledge/new.about.${encodeURIComponent(words)}`;
}

/** The address of the form for a translation. */
export function translationInto(locale: string, of: string): string {
  return `/knowledge/new.${locale}.${of}`;
}
