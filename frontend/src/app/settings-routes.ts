import { type AnyRoute, createRoute } from "@tanstack/react-router";

import { lazyPage } from "./lazy-page";

/** One's own settings, below `/desk/settings`. */
export function settingsRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  return [
    createRoute({
      path: "/settings",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/settings-home-page")),
    }),
    createRoute({
      path: "/settings/profile",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/profile-page")),
    }),
    createRoute({
      path: "/settings/security",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/security-page")),
    }),
    createRoute({
      path: "/settings/notifications",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/notifications-page")),
    }),
    createRoute({
      path: "/settings/appearance",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/appearance-page")),
    }),
    createRoute({
      path: "/settings/keyboard",
      getParentRoute,
      component: lazyPage("settings", () => import("../features/settings/pages/keyboard-page")),
    }),
  ] as const;
}
