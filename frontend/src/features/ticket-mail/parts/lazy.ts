import { lazy } from "react";

import { loadWords } from "../../../i18n/languages";

async function withWords<Part>(part: Promise<Part>): Promise<Part> {
  const [found] = await Promise.all([part, loadWords("ticket-mail")]);
  return found;
}

export const MailOf = lazy(() => withWords(import("./mail-of")));
export const Recipients = lazy(() => withWords(import("./recipients")));
