import type { Messages } from "@lingui/core";

/** The words of a part of the app in one language. */
export interface Catalog {
  readonly messages: Messages;
}

/** Those of the features that are loaded later, by their place: a file of its own, as it names many. */
export const catalogs = import.meta.glob<Catalog>("./locales/*/*.po");
