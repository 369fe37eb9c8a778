import { lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

import { loadWords } from "../i18n/languages";

/** A page that is loaded when it is opened, together with the words of its feature. */
export function lazyPage(feature: string, load: () => Promise<{ default: ComponentType }>) {
  return lazyRouteComponent(async () => {
    const [page] = await Promise.all([load(), loadWords(feature)]);
    return page;
  });
}
