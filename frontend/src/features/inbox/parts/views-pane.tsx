import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";

import type { Command } from "../../../kernel/commands";
import { counted } from "../../../kernel/numbers";
import { BUILT_IN } from "../../../kernel/views";
import { type Count, drafts, savedViews, useLiveCounts } from "../../../live/views";
import { usePermission } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { later } from "../../../ui/later";
import { goToViews } from "../commands";
import { VIEW_NAMES } from "../words";
import styles from "./views-pane.module.css";

const OrderViews = later(async () => (await import("./order-views")).OrderViews);

/** The views as links, with the number of their tickets. */
export function ViewsPane({ view, onChosen }: { view: string; onChosen: () => void }) {
  const { i18n, t } = useLingui();
  const counts = useLiveCounts();
  const saved = useQuery(savedViews).data ?? [];
  const mayOrder = usePermission("views:manage") && saved.length > 1;
  const [ordering, setOrdering] = useState(false);
  const written = useQuery(drafts).data?.length ?? 0;
  return (
    <>
      {goToViews.map((command, place) => (
        <GoToView key={command.id} command={command} view={saved[place]?.id} />
      ))}
      <nav className={styles.views} aria-label={t`Views`} data-pane tabIndex={-1}>
        <ul className={styles.list}>
          {BUILT_IN.map((each) => (
            <Place
              key={each}
              view={each}
              current={each === view}
              name={i18n._(VIEW_NAMES[each])}
              count={each === "all" ? undefined : counts?.get(each)}
              onChosen={onChosen}
            />
          ))}
          <Place
            view="drafts"
            current={view === "drafts"}
            name={t`Drafts`}
            count={written === 0 ? undefined : { count: written, exact: written < 100 }}
            onChosen={onChosen}
          />
        </ul>
        {saved.length === 0 ? (
          <p className={styles.hint}>
            <Trans>Search in a list, then save what you find as a view of your own.</Trans>
          </p>
        ) : (
          <>
            <div className={styles.heading}>
              <h2>
                <Trans>Saved views</Trans>
              </h2>
              {mayOrder ? (
                <button type="button" aria-pressed={ordering} onClick={() => setOrdering((before) => !before)}>
                  {ordering ? t`Done` : t`Order`}
                </button>
              ) : null}
            </div>
            {mayOrder && ordering ? (
              <Suspense fallback={null}>
                <OrderViews views={saved} />
              </Suspense>
            ) : (
              <ul className={styles.list}>
                {saved.map((each) => (
                  <Place
                    key={each.id}
                    view={each.id}
                    current={each.id === view}
                    name={each.name}
                    count={counts?.get(each.id)}
                    onChosen={onChosen}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </nav>
    </>
  );
}

/** The key of a saved view, whether the views are in sight or not. */
function GoToView({ command, view }: { command: Command; view: string | undefined }) {
  const navigate = useNavigate();
  useCommand(command, view === undefined ? undefined : () => void navigate({ to: "/inbox/$view", params: { view } }));
  return null;
}

interface PlaceProps {
  view: string;
  current: boolean;
  name: string;
  count: Count | undefined;
  onChosen: () => void;
}

function Place({ view, current, name, count, onChosen }: PlaceProps) {
  const { i18n } = useLingui();
  return (
    <li>
      <Link
        to="/inbox/$view"
        params={{ view }}
        className={styles.view}
        aria-current={current ? "page" : undefined}
        onClick={onChosen}
      >
        <span className={styles.name}>{name}</span>
        {count === undefined ? null : (
          <span className={styles.count}>
            {counted(count.count, i18n.locale)}
            {count.exact ? "" : "+"}
          </span>
        )}
      </Link>
    </li>
  );
}
