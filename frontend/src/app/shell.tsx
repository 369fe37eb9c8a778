import { Trans, useLingui } from "@lingui/react/macro";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";

import { AccountMenu, SessionEnd } from "../features/account";
import { goToAdmin } from "../features/admin-frame/commands";
import { OutgoingNotices } from "../features/composer";
import { goToInbox } from "../features/inbox";
import { ApplyPreferences } from "../features/settings";
import { openSettings } from "../features/settings/commands";
import { useCommand } from "../ui/commands";
import { InboxIcon, SettingsIcon } from "../ui/icons";
import { Connection } from "./connection";
import { Floating } from "./floating";
import { useKeyboard } from "./keyboard";
import styles from "./shell.module.css";

/** The rail next to every page. */
export function Shell() {
  const { t } = useLingui();
  const navigate = useNavigate();
  useKeyboard();
  useCommand(goToAdmin, () => void navigate({ to: "/admin" }));
  useCommand(openSettings, () => void navigate({ to: "/settings/profile" }));
  useCommand(goToInbox, () => void navigate({ to: "/inbox/$view", params: { view: "mine" } }));
  return (
    <div className={styles.shell}>
      <Connection />
      <a href="#page" className={styles.skip}>
        <Trans>Skip to the page</Trans>
      </a>
      <nav className={styles.rail} aria-label={t`Places`}>
        <Link
          to="/inbox/$view"
          params={{ view: "mine" }}
          className={styles.place}
          aria-label={t`Inbox`}
          title={t`Inbox`}
        >
          <InboxIcon size={20} stroke={1.6} aria-hidden />
        </Link>
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
