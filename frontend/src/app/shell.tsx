import { Trans, useLingui } from "@lingui/react/macro";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";

import { AccountMenu, SessionEnd } from "../features/account";
import { goToAdmin } from "../features/admin-frame/commands";
import { OutgoingNotices } from "../features/composer";
import { goToInbox, newTicket } from "../features/inbox";
import { openSettings } from "../features/settings/commands";
import { usePermission } from "../live/session";
import { useCommand, useCommandPage } from "../ui/commands";
import { InboxIcon, NewTicketIcon, SearchIcon, SettingsIcon } from "../ui/icons";
import { ApplyPreferences } from "./apply-preferences";
import { Connection } from "./connection";
import { Floating } from "./floating";
import { useKeyboard } from "./keyboard";
import { focusNextPane } from "./panes";
import { nextPane, openPalette, previousPane } from "./shell-commands";
import styles from "./shell.module.css";

/** The rail next to every page. */
export function Shell() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const creates = usePermission("tickets:create");
  const inInbox = useLocation({ select: ({ pathname }) => pathname.includes("/inbox/") });
  useKeyboard();
  useCommand(goToAdmin, () => void navigate({ to: "/admin" }));
  useCommand(openSettings, () => void navigate({ to: "/settings/profile" }));
  useCommand(goToInbox, () => void navigate({ to: "/inbox/$view", params: { view: "mine" } }));
  useCommand(newTicket, creates ? () => void navigate({ to: "/new" }) : undefined);
  useCommand(nextPane, () => focusNextPane(1));
  useCommand(previousPane, () => focusNextPane(-1));
  return (
    <div className={styles.shell}>
      <Connection />
      <a href="#page" className={styles.skip}>
        <Trans>Skip to the page</Trans>
      </a>
      <nav className={styles.rail} aria-label={t`Places`} data-pane tabIndex={-1}>
        <Link
          to="/inbox/$view"
          params={{ view: "mine" }}
          className={styles.place}
          aria-current={inInbox ? "page" : undefined}
          aria-label={t`Inbox`}
          title={t`Inbox`}
        >
          <InboxIcon size={20} stroke={1.6} aria-hidden />
        </Link>
        <Find />
        {creates ? (
          <Link to="/new" className={styles.place} aria-label={t`New ticket`} title={t`New ticket`}>
            <NewTicketIcon size={20} stroke={1.6} aria-hidden />
          </Link>
        ) : null}
        <Link to="/admin" className={styles.place} aria-label={t`Administration`} title={t`Administration`}>
          <SettingsIcon size={20} stroke={1.6} aria-hidden />
        </Link>
        <div className={styles.spring} />
        <AccountMenu />
      </nav>
      <main id="page" className={styles.page} tabIndex={-1}>
        <Outlet />
      </main>
      <OutgoingNotices />
      <SessionEnd />
      <ApplyPreferences />
      <Floating />
    </div>
  );
}

/** The palette for those without a keyboard. */
function Find() {
  const { i18n } = useLingui();
  const { ask } = useCommandPage();
  const words = i18n._(openPalette.words);
  return (
    <button type="button" className={styles.place} aria-label={words} title={words} onClick={() => ask(openPalette.id)}>
      <SearchIcon size={20} stroke={1.6} aria-hidden />
    </button>
  );
}
