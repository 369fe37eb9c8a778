import { type AnyRoute, createRoute } from "@tanstack/react-router";

import { lazyPage } from "./lazy-page";

/** One's own settings, below `/desk/settings`. */
export function settingsRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  return [
    createRoute({
      path: "/settings",
      getParentRoute,
      component: lazyPage("settings", "settings-home"),
    }),
    createRoute({
      path: "/settings/profile",
      getParentRoute,
      component: lazyPage("settings", "profile"),
    }),
    createRoute({
      path: "/settings/security",
      getParentRoute,
      component: lazyPage("settings", "security"),
    }),
    createRoute({
      path: "/settings/notifications",
      getParentRoute,
      component: lazyPage("settings", "own-notifications"),
    }),
    createRoute({
      path: "/settings/appearance",
      getParentRoute,
      component: lazyPage("settings", "appearance"),
    }),
    createRoute({
      path: "/settings/keyboard",
      getParentRoute,
      component: lazyPage("settings", "keyboard"),
    }),
  ] as const;
}
