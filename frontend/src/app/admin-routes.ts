import { type AnyRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { lazyPage } from "./lazy-page";

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
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/categories-page")),
    }),
    createRoute({
      path: "/admin/tags/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/tags-page")),
    }),
    createRoute({
      path: "/admin/canned-responses/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/canned-page")),
    }),
    createRoute({
      path: "/admin/views/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/views-page")),
    }),
    createRoute({
      path: "/admin/service-levels/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/service-levels-page")),
    }),
    createRoute({
      path: "/admin/members/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", () => import("../features/admin-people/pages/members-page")),
    }),
    createRoute({
      path: "/admin/invitations/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", () => import("../features/admin-people/pages/invitations-page")),
    }),
    createRoute({
      path: "/admin/groups/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", () => import("../features/admin-people/pages/groups-page")),
    }),
    createRoute({
      path: "/admin/rules/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", () => import("../features/admin-rules/pages/rules-page")),
    }),
    createRoute({
      path: "/admin/macros/{-$id}",
      getParentRoute,
      component: lazyPage(["admin-macros", "admin-rules"], () => import("../features/admin-macros/pages/macros-page")),
    }),
    createRoute({
      path: "/admin/fields/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", () => import("../features/admin-rules/pages/fields-page")),
    }),
    createRoute({
      path: "/admin/forms/{-$id}",
      getParentRoute,
      component: lazyPage("admin-forms", () => import("../features/admin-forms/pages/forms-page")),
    }),
    createRoute({
      path: "/why/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", () => import("../features/admin-rules/pages/why-page")),
    }),
    createRoute({
      path: "/admin/mailboxes/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", () => import("../features/admin-mail/pages/mailboxes-page")),
    }),
    createRoute({
      path: "/admin/mail-connections/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", () => import("../features/admin-mail/pages/mail-connections-page")),
    }),
    createRoute({
      path: "/admin/mail-templates/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", () => import("../features/admin-mail/pages/templates-page")),
    }),
    createRoute({
      path: "/admin/mails/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", () => import("../features/admin-mail/pages/mails-page")),
    }),
    createRoute({
      path: "/admin/suppressed/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", () => import("../features/admin-mail/pages/suppressed-page")),
    }),
    createRoute({
      path: "/admin/statuses/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", () => import("../features/admin-tickets/pages/statuses-page")),
    }),
    createRoute({
      path: "/admin/webhooks/{-$id}",
      getParentRoute,
      component: lazyPage("admin-connections", () => import("../features/admin-connections/pages/webhooks-page")),
    }),
    createRoute({
      path: "/admin/api-keys/{-$id}",
      getParentRoute,
      component: lazyPage("admin-connections", () => import("../features/admin-connections/pages/api-keys-page")),
    }),
    createRoute({
      path: "/admin/imports/{-$id}",
      getParentRoute,
      component: lazyPage("admin-transfers", () => import("../features/admin-transfers/pages/imports-page")),
    }),
    createRoute({
      path: "/admin/exports/{-$id}",
      getParentRoute,
      component: lazyPage("admin-transfers", () => import("../features/admin-transfers/pages/exports-page")),
    }),
    createRoute({
      path: "/admin/organization",
      getParentRoute,
      component: lazyPage("admin-organization", () => import("../features/admin-organization/pages/organization-page")),
    }),
    createRoute({
      path: "/admin/brands/{-$id}",
      getParentRoute,
      component: lazyPage("admin-organization", () => import("../features/admin-organization/pages/brands-page")),
    }),
    createRoute({
      path: "/admin/widget",
      getParentRoute,
      component: lazyPage("admin-customers", () => import("../features/admin-customers/pages/widget-page")),
    }),
    createRoute({
      path: "/admin/deletion-requests/{-$id}",
      getParentRoute,
      component: lazyPage("admin-customers", () => import("../features/admin-customers/pages/deletion-requests-page")),
    }),
    createRoute({
      path: "/admin/audit-log",
      getParentRoute,
      component: lazyPage("admin-connections", () => import("../features/admin-connections/pages/audit-page")),
    }),
  ] as const;
}
