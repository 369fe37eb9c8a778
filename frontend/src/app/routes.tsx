import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";

import { lastView } from "../live/last-view";
import { queryClient } from "../live/query-client";
import { sessionQuery } from "../live/session";
import { askOrThrow, getTicket } from "../api";
import { adminRoutes } from "./admin-routes";
import { ErrorPage } from "./error-page";
import { lazyPage } from "./lazy-page";
import { MissingPage } from "./missing-page";
import { settingsRoutes } from "./settings-routes";
import { Shell } from "./shell";

const root = createRootRoute({ component: Outlet, errorComponent: ErrorPage, notFoundComponent: MissingPage });

/** Everything behind the sign-in. */
const desk = createRoute({
  id: "desk",
  getParentRoute: () => root,
  component: Shell,
  errorComponent: ErrorPage,
  beforeLoad: async ({ location }) => {
    const member = await queryClient.query({ ...sessionQuery, staleTime: "static" });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the way to send the router elsewhere
    if (member === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
});

const home = createRoute({
  path: "/",
  getParentRoute: () => root,
  beforeLoad: async () => {
    const member = await queryClient.query({ ...sessionQuery, staleTime: "static" });
    const view = member === null ? "mine" : lastView(member.id);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    throw redirect({ to: "/inbox/$view", params: { view }, replace: true });
  },
});

const signIn = createRoute({
  path: "/sign-in",
  getParentRoute: () => root,
  component: lazyRouteComponent(() => import("../features/account/pages/sign-in-page")),
});

const setup = createRoute({
  path: "/setup",
  getParentRoute: () => root,
  component: lazyPage([], "setup"),
});

const forgot = createRoute({
  path: "/forgot",
  getParentRoute: () => root,
  component: lazyPage([], "forgot"),
});

const reset = createRoute({
  path: "/reset",
  getParentRoute: () => root,
  component: lazyPage([], "reset"),
});

const invitation = createRoute({
  path: "/invitation",
  getParentRoute: () => root,
  component: lazyPage([], "invitation"),
});

const inbox = createRoute({
  path: "/inbox/$view",
  getParentRoute: () => desk,
  component: lazyRouteComponent(() => import("../features/inbox/pages/inbox-page")),
});

/** The same page with a ticket open in it: the list stays as it is. */
const inboxTicket = createRoute({ path: "/$number", getParentRoute: () => inbox });

const newTicket = createRoute({
  path: "/new",
  getParentRoute: () => desk,
  component: lazyPage("new-ticket", "new-ticket"),
});

const ticket = createRoute({
  path: "/tickets/$number",
  getParentRoute: () => root,
  beforeLoad: async ({ params, location }) => {
    const number = await numberOf(params.number);
    const hash = location.hash;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    throw redirect({ to: "/inbox/$view/$number", params: { view: "all", number }, hash, replace: true });
  },
});

/** Notifications and mails name a ticket by its id, people by its number. */
async function numberOf(named: string): Promise<string> {
  if (/^\d+$/.test(named)) return named;
  const found = await askOrThrow(getTicket({ path: { ticket_id: named } })).catch(() => undefined);
  return String(found?.number ?? named);
}

const contacts = createRoute({
  path: "/contacts/{-$id}",
  getParentRoute: () => desk,
  component: lazyPage("contacts", "contacts"),
});

const knowledge = createRoute({
  path: "/knowledge/{-$id}",
  getParentRoute: () => desk,
  component: lazyPage("knowledge", "knowledge"),
});

const dashboard = createRoute({
  path: "/dashboard",
  getParentRoute: () => desk,
  component: lazyPage("dashboard", "dashboard"),
});

const reports = createRoute({
  path: "/reports/{-$report}",
  getParentRoute: () => desk,
  component: lazyPage("reports", "reports"),
});

const notifications = createRoute({
  path: "/notifications",
  getParentRoute: () => desk,
  component: lazyPage("notifications", "notifications"),
});

/** The one table of addresses. A page is a lazy file of its own: add its route here and its parent's line below. */
export const routes = root.addChildren([
  home,
  signIn,
  setup,
  forgot,
  reset,
  invitation,
  ticket,
  desk.addChildren([
    inbox.addChildren([inboxTicket]),
    newTicket,
    contacts,
    knowledge,
    dashboard,
    reports,
    notifications,
    ...settingsRoutes(desk),
    ...adminRoutes(desk),
  ]),
]);
