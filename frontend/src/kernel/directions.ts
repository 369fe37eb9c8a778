/** Characters that turn the direction of the text after them: embeddings, overrides, isolates and their ends. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;

/** Words without those characters, to be set into a sentence: a name must not turn the rest of it. */
export function unturned(words: string): string {
  return words.replace(TURNS, "");
}
