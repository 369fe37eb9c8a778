import { type AnyRoute, createRoute } from "@tanstack/react-router";

import { lazyPage } from "./lazy-page";

/** Administration, below `/desk/admin`. Each page shows its list, and with an id the form of that record. */
export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const getParentRoute = () => parent;
  const page = <const Path extends string>(path: Path, ...shown: Parameters<typeof lazyPage>) =>
    createRoute({ path, getParentRoute, component: lazyPage(...shown) });
  return [
    page("/admin", [], "admin-home"),
    page("/admin/categories/{-$id}", "admin-tickets", "categories"),
    page("/admin/tags/{-$id}", "admin-tickets", "tags"),
    page("/admin/canned-responses/{-$id}", ["admin-tickets", "admin-rules"], "canned"),
    page("/admin/views/{-$id}", "admin-tickets", "views"),
    page("/admin/service-levels", "admin-tickets", "service-levels"),
    page("/admin/members/{-$id}", "admin-people", "members"),
    page("/admin/invitations/{-$id}", "admin-people", "invitations"),
    page("/admin/groups/{-$id}", "admin-people", "groups"),
    page("/admin/rules/{-$id}", "admin-rules", "rules"),
    page("/admin/macros/{-$id}", ["admin-macros", "admin-rules"], "macros"),
    page("/admin/fields/{-$id}", "admin-rules", "fields"),
    page("/admin/forms/{-$id}", "admin-forms", "forms"),
    page("/why/{-$id}", "admin-rules", "why"),
    page("/admin/mailboxes/{-$id}", "admin-mail", "mailboxes"),
    page("/admin/mail-connections/{-$id}", "admin-mail", "mail-connections"),
    page("/admin/mail-templates/{-$id}", "admin-mail", "templates"),
    page("/admin/mails/{-$id}", "admin-mail", "mails"),
    page("/admin/unsent/{-$id}", "admin-sending", "unsent"),
    page("/admin/senders/{-$id}", "admin-sending", "senders"),
    page("/admin/suppressed/{-$id}", "admin-mail", "suppressed"),
    page("/admin/statuses/{-$id}", "admin-tickets", "statuses"),
    page("/admin/webhooks/{-$id}", "admin-connections", "webhooks"),
    page("/admin/api-keys/{-$id}", "admin-connections", "api-keys"),
    page("/admin/imports/{-$id}", "admin-transfers", "imports"),
    page("/admin/exports/{-$id}", "admin-transfers", "exports"),
    page("/admin/organization", "admin-organization", "organization"),
    page("/admin/brands/{-$id}", "admin-organization", "brands"),
    page("/admin/widget", "admin-customers", "widget"),
    page("/admin/deletion-requests/{-$id}", "admin-customers", "deletion-requests"),
    page("/admin/audit-log", "admin-connections", "audit"),
  ] as const;
}
