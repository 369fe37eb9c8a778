import { type AnyRoute, createRoute } from "@tanstack/react-router";

import { lazyPage } from "./lazy-page";

/** Administration, below `/desk/admin`. Each page shows its list, and with an id the form of that record. */
export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  return [
    createRoute({
      path: "/admin",
      getParentRoute,
      component: lazyPage([], "admin-home"),
    }),
    createRoute({
      path: "/admin/categories/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "categories"),
    }),
    createRoute({
      path: "/admin/tags/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "tags"),
    }),
    createRoute({
      path: "/admin/canned-responses/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "canned"),
    }),
    createRoute({
      path: "/admin/views/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "views"),
    }),
    createRoute({
      path: "/admin/service-levels/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "service-levels"),
    }),
    createRoute({
      path: "/admin/members/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", "members"),
    }),
    createRoute({
      path: "/admin/invitations/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", "invitations"),
    }),
    createRoute({
      path: "/admin/groups/{-$id}",
      getParentRoute,
      component: lazyPage("admin-people", "groups"),
    }),
    createRoute({
      path: "/admin/rules/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", "rules"),
    }),
    createRoute({
      path: "/admin/macros/{-$id}",
      getParentRoute,
      component: lazyPage(["admin-macros", "admin-rules"], "macros"),
    }),
    createRoute({
      path: "/admin/fields/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", "fields"),
    }),
    createRoute({
      path: "/admin/forms/{-$id}",
      getParentRoute,
      component: lazyPage("admin-forms", "forms"),
    }),
    createRoute({
      path: "/why/{-$id}",
      getParentRoute,
      component: lazyPage("admin-rules", "why"),
    }),
    createRoute({
      path: "/admin/mailboxes/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", "mailboxes"),
    }),
    createRoute({
      path: "/admin/mail-connections/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", "mail-connections"),
    }),
    createRoute({
      path: "/admin/mail-templates/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", "templates"),
    }),
    createRoute({
      path: "/admin/mails/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", "mails"),
    }),
    createRoute({
      path: "/admin/suppressed/{-$id}",
      getParentRoute,
      component: lazyPage("admin-mail", "suppressed"),
    }),
    createRoute({
      path: "/admin/statuses/{-$id}",
      getParentRoute,
      component: lazyPage("admin-tickets", "statuses"),
    }),
    createRoute({
      path: "/admin/webhooks/{-$id}",
      getParentRoute,
      component: lazyPage("admin-connections", "webhooks"),
    }),
    createRoute({
      path: "/admin/api-keys/{-$id}",
      getParentRoute,
      component: lazyPage("admin-connections", "api-keys"),
    }),
    createRoute({
      path: "/admin/imports/{-$id}",
      getParentRoute,
      component: lazyPage("admin-transfers", "imports"),
    }),
    createRoute({
      path: "/admin/exports/{-$id}",
      getParentRoute,
      component: lazyPage("admin-transfers", "exports"),
    }),
    createRoute({
      path: "/admin/organization",
      getParentRoute,
      component: lazyPage("admin-organization", "organization"),
    }),
    createRoute({
      path: "/admin/brands/{-$id}",
      getParentRoute,
      component: lazyPage("admin-organization", "brands"),
    }),
    createRoute({
      path: "/admin/widget",
      getParentRoute,
      component: lazyPage("admin-customers", "widget"),
    }),
    createRoute({
      path: "/admin/deletion-requests/{-$id}",
      getParentRoute,
      component: lazyPage("admin-customers", "deletion-requests"),
    }),
    createRoute({
      path: "/admin/audit-log",
      getParentRoute,
      component: lazyPage("admin-connections", "audit"),
    }),
  ] as const;
}
