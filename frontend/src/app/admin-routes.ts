import { type AnyRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";

/** Administration, below `/desk/admin`. Each page shows its list, and with an id the form of that record. */
export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  return [
    createRoute({
      path: "/admin",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/admin-frame/pages/admin-home-page")),
    }),
    createRoute({
      path: "/admin/categories/{-$id}",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/admin-tickets/pages/categories-page")),
    }),
    createRoute({
      path: "/admin/tags/{-$id}",
      getParentRoute,
      component: lazyRouteComponent(() => import("../features/admin-tickets/pages/tags-page")),
    }),
  ] as const;
}
