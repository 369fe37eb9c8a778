import { createRouter } from "@tanstack/react-router";

import { readSearch, writeSearch } from "../kernel/search-parameters";
import { LoadingState } from "../ui/state";
import { routes } from "./routes";

/** Addresses below `/desk`, with plain search parameters: `?q=status:open`, every value a string. */
export const router = createRouter({
  routeTree: routes,
  basepath: "/desk",
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: "intent",
  defaultPendingComponent: LoadingState,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
