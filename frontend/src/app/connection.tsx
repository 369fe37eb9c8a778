import { Trans } from "@lingui/react/macro";
import { useEffect, useSyncExternalStore } from "react";

import { useNow } from "../live/now";
import { queryClient } from "../live/query-client";
import { connectionNow, connectNow, follow, onConnection } from "../live/socket";
import styles from "./connection.module.css";

const ALARM_MS = 10_000;

/** Follows what happens on the desk, and says so while it cannot. */
export function Connection() {
  useEffect(() => follow(queryClient), []);
  const connection = useSyncExternalStore(onConnection, connectionNow);
  return connection.open ? null : <Lost since={connection.since} next={connection.next} />;
}

function Lost({ since, next }: { since: number; next: number }) {
  const now = useNow(true);
  const seconds = Math.max(1, Math.ceil((next - now) / 1_000));
  return (
    <div className={styles.bar}>
      <span role="status">
        <Trans>Not connected. Your drafts are safe here.</Trans>
      </span>{" "}
      {/* The seconds are for the eye: told aloud, they would drown everything else. */}
      <span aria-hidden>
        {next > now ? <Trans>Trying again in {seconds} s</Trans> : <Trans>Trying again …</Trans>}
      </span>{" "}
      <button type="button" className={styles.now} onClick={connectNow}>
        <Trans>Try now</Trans>
      </button>
      <span role="alert" className={styles.alarm}>
        {now - since > ALARM_MS ? <Trans>The connection is lost. Nothing new arrives.</Trans> : null}
      </span>
    </div>
  );
}
