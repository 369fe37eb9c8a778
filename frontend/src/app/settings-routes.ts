import { type AnyRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";

/** One's own settings, below `/desk/settings`. */
export function settingsRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  return [
    createRoute({
      path: "/settings",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/settings-home-page")),
    }),
    createRoute({
      path: "/settings/profile",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/profile-page")),
    }),
    createRoute({
      path: "/settings/security",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/security-page")),
    }),
    createRoute({
      path: "/settings/notifications",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/notifications-page")),
    }),
    createRoute({
      path: "/settings/appearance",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/appearance-page")),
    }),
    createRoute({
      path: "/settings/keyboard",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/settings/pages/keyboard-page")),
    }),
  ] as const;
}
