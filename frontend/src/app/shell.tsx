import { Trans } from "@lingui/react/macro";
import { Outlet, useNavigate } from "@tanstack/react-router";

import { SessionEnd } from "../features/account";
import { OutgoingNotices } from "../features/composer";
import { openSettings } from "../features/settings/commands";
import { useCommand } from "../ui/commands";
import { ApplyPreferences } from "./apply-preferences";
import { Connection } from "./connection";
import { Floating } from "./floating";
import { useKeyboard } from "./keyboard";
import { focusNextPane } from "./panes";
import { Rail } from "./rail";
import { nextPane, previousPane } from "./shell-commands";
import styles from "./shell.module.css";

/** What is around every page. */
export function Shell() {
  const navigate = useNavigate();
  useKeyboard();
  useCommand(openSettings, () => void navigate({ to: "/settings/profile" }));
  useCommand(nextPane, () => focusNextPane(1));
  useCommand(previousPane, () => focusNextPane(-1));
  return (
    <div className={styles.shell}>
      <Connection />
      <a href="#page" className={styles.skip}>
        <Trans>Skip to the page</Trans>
      </a>
      <Rail />
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
