import { Trans } from "@lingui/react/macro";
import { useEffect, useSyncExternalStore } from "react";

import { queryClient } from "../live/query-client";
import { follow, isConnected, onConnection } from "../live/socket";
import styles from "./connection.module.css";

/** Follows what happens on the desk, and says so while it cannot. */
export function Connection() {
  useEffect(() => follow(queryClient), []);
  const connected = useSyncExternalStore(onConnection, isConnected);
  return (
    <div role="status" className={styles.bar}>
      {connected ? null : <Trans>Not connected. Your drafts are safe here. Trying again …</Trans>}
    </div>
  );
}
