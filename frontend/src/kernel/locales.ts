/** Languages to choose from; an article may have any other. */
const OFFERED = [
  ..."ar bg ca cs da de el en es et fi fr he hi hr hu id it ja ko lt lv nb nl pl pt pt-BR ro ru sk sl sr sv th".split(
    " ",
  ),
  ..."tr uk vi zh-CN zh-TW".split(" "),
];

/** The name of a language in the reader's own, with its code. */
export function localeName(locale: string, language: string): string {
  try {
    const name = new Intl.DisplayNames(language, { type: "language" }).of(locale);
    return name === undefined || name === locale ? locale : `${name} (${locale})`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return locale;
  }
}

/** The languages to choose from without `taken` ones, by name. */
export function localeChoices(language: string, taken: readonly string[] = []): { value: string; label: string }[] {
  return OFFERED.filter((locale) => !taken.includes(locale))
    .map((locale) => ({ value: locale, label: localeName(locale, language) }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
}
