import { lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

import { loadWords } from "../i18n/languages";

/** A page that is loaded when it is opened, together with the words of its feature, or of all whose parts it shows. */
export function lazyPage(features: string | readonly string[], load: () => Promise<{ default: ComponentType }>) {
  return lazyRouteComponent(async () => {
    const [page] = await Promise.all([load(), ...[features].flat().map(loadWords)]);
    return page;
  });
}
