import { Trans, useLingui } from "@lingui/react/macro";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";

import { AccountMenu, SessionEnd } from "../features/account";
import { goToInbox } from "../features/inbox";
import { useCommand } from "../ui/commands";
import { InboxIcon } from "../ui/icons";
import { Connection } from "./connection";
import { Floating } from "./floating";
import { useKeyboard } from "./keyboard";
import styles from "./shell.module.css";

/** The rail next to every page. */
export function Shell() {
  const { t } = useLingui();
  const navigate = useNavigate();
  useKeyboard();
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
        <div className={styles.spring} />
        <AccountMenu />
      </nav>
      <main id="page" className={styles.page} tabIndex={-1}>
        <Outlet />
      </main>
      <SessionEnd />
      <Floating />
    </div>
  );
}
