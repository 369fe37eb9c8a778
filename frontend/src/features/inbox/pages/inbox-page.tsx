import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ComponentProps, Suspense, useEffect, useState } from "react";

import { isBuiltIn, type Narrowing, VIEWS } from "../../../kernel/views";
import { usePreferences } from "../../../live/preferences";
import { forgetLastView, keepLastView } from "../../../live/last-view";
import { useMember } from "../../../live/session";
import { savedViews } from "../../../live/views";
import { useCommand } from "../../../ui/commands";
import { later } from "../../../ui/later";
import { EmptyState, ErrorState, LoadingState } from "../../../ui/state";
import { WantedMacro } from "../../macro-use";
import { TicketPane } from "../../ticket";
import { enterTicket, goToMine, goToSolved, goToUnassigned, toggleViews } from "../commands";
import { ListPane } from "../parts/list-pane";
import { focusTicket } from "../parts/use-list-keys";
import { ViewsPane } from "../parts/views-pane";
import { VIEW_NAMES } from "../words";
import styles from "./inbox-page.module.css";

const DraftsPane = later(async () => (await import("../parts/drafts-pane")).DraftsPane);

/** The views, the list of the chosen one, and the ticket that is open in it. */
export default function InboxPage() {
  const { t } = useLingui();
  const { view: viewName = "mine", number } = useParams({ strict: false });
  const search: Narrowing = useSearch({ strict: false });
  const navigate = useNavigate();
  const density = usePreferences()?.density;
  const [viewsShown, setViewsShown] = useState(false);
  const openNumber = number === undefined ? null : Number(number);
  const isOpen = openNumber !== null;
  const onViews = () => setViewsShown((shown) => !shown);

  function open(chosen: number): void {
    const params = { view: viewName, number: String(chosen) };
    // Going from ticket to ticket is one step for the browser's way back.
    void navigate({ to: "/inbox/$view/$number", params, search: search as never, replace: isOpen });
  }

  function narrow(changes: Narrowing): void {
    const next = { ...search, ...changes } as never;
    void navigate({ to: "/inbox/$view", params: { view: viewName }, search: next });
  }

  function show(view: string): void {
    void navigate({ to: "/inbox/$view", params: { view } });
  }

  useCommand(goToMine, () => show("mine"));
  useCommand(goToUnassigned, () => show("unassigned"));
  useCommand(goToSolved, () => show("solved"));
  useCommand(toggleViews, onViews);
  useCommand(enterTicket, isOpen ? focusTicket : undefined);
  return (
    <div
      className={styles.inbox}
      data-open={isOpen || undefined}
      data-views={viewsShown || undefined}
      data-table={(density === "compact" && !isOpen) || undefined}
    >
      <ViewsPane view={viewName} onChosen={() => setViewsShown(false)} />
      <Middle
        viewName={viewName}
        search={search}
        openNumber={openNumber}
        open={open}
        close={() => narrow({})}
        narrow={narrow}
        onViews={onViews}
      />
      <section id="ticket" className={styles.ticket} aria-label={t`Ticket`} data-pane tabIndex={-1}>
        {openNumber === null ? (
          <EmptyState title={t`No ticket is open`}>
            <Trans>Choose one from the list, or press J.</Trans>
          </EmptyState>
        ) : (
          <TicketPane number={openNumber} />
        )}
      </section>
      <WantedMacro />
    </div>
  );
}

/** Remembers the view, to which the app opens the next time, as long as it is there. */
function useLastView(view: string, saved: readonly { readonly id: string }[] | undefined): void {
  const { id } = useMember();
  const known = isBuiltIn(view) || view === "drafts" || saved?.some((each) => each.id === view);
  useEffect(() => {
    if (known === true) keepLastView(id, view);
    else if (known === false) forgetLastView(id);
  }, [id, view, known]);
}

/** The list of the view that the address names. */
function Middle(props: Omit<ComponentProps<typeof ListPane>, "title" | "base">) {
  const { t, i18n } = useLingui();
  const { viewName, openNumber, open, onViews } = props;
  const saved = useQuery(savedViews);
  useLastView(viewName, saved.data);
  if (viewName === "drafts") {
    return (
      <Suspense fallback={<LoadingState lines={12} />}>
        <DraftsPane openNumber={openNumber} open={open} onViews={onViews} />
      </Suspense>
    );
  }
  if (isBuiltIn(viewName)) return <ListPane {...props} title={i18n._(VIEW_NAMES[viewName])} base={VIEWS[viewName]} />;
  const own = saved.data?.find(({ id }) => id === viewName);
  if (own !== undefined) return <ListPane {...props} title={own.name} base={own} />;
  if (saved.isPending) return <LoadingState lines={12} />;
  if (saved.isError) return <ErrorState message={saved.error.message} retry={() => void saved.refetch()} />;
  return <EmptyState title={t`There is no such view`} />;
}
