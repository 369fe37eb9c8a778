import { lazyRouteComponent } from "@tanstack/react-router";

import { loadWords } from "../i18n/languages";

type Pages = typeof import("./pages").pages;

const names = () => import("./pages");

/** Fetches the list of the pages, so that a key finds it there. */
export function expectPages(): void {
  names().catch(() => undefined);
}

/** A page of `pages.ts`, loaded when it is opened, with the words of its feature, or of all whose parts it shows. */
export function lazyPage(features: string | readonly string[], name: keyof Pages) {
  return lazyRouteComponent(async () => {
    const words = [features].flat().map(loadWords);
    const { pages } = await names();
    const [page] = await Promise.all([pages[name](), ...words]);
    return page;
  });
}
