/** A number as people of a language write it: 1,204. */
export function counted(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}
