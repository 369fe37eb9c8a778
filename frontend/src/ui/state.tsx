import { Button } from "@mantine/core";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useState } from "react";

import styles from "./state.module.css";

/** Nothing is here: says why, and offers one act. */
export function EmptyState({ title, children, act }: { title: string; children?: ReactNode; act?: ReactNode }) {
  return (
    <div className={styles.state}>
      <h2 className={styles.title}>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {act}
    </div>
  );
}

/** Something failed here: what happened, what to try, and the request's id to copy. */
export function ErrorState(props: { title?: string; message: string; requestId?: string | null; retry?: () => void }) {
  const { t } = useLingui();
  const { requestId, retry } = props;
  // Without the server's words an error has its code alone, which says nothing to people.
  const message = /^[A-Z_\d]*$/.test(props.message) ? t`The server cannot be reached.` : props.message;
  return (
    <div className={styles.state} role="alert">
      <h2 className={styles.title}>{props.title ?? t`This could not be shown`}</h2>
      <p>{message}</p>
      {retry === undefined ? null : (
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      )}
      {requestId == null ? null : (
        <p className={styles.id}>
          <Trans>Request {requestId}</Trans>
        </p>
      )}
    </div>
  );
}

/** Grey lines of the true height while something loads: after 120 ms; with words after 3 s, with a retry after 10 s. */
export function LoadingState({
  lines = 6,
  height = 16,
  retry,
}: {
  lines?: number;
  height?: number;
  retry?: () => void;
}) {
  const patience = usePatience();
  return (
    <div className={styles.lines} aria-busy="true">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={styles.line} style={{ blockSize: height }} />
      ))}
      {patience === "short" ? null : (
        <p role="status">
          <Trans>Still loading …</Trans>
        </p>
      )}
      {patience === "gone" && retry !== undefined ? (
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      ) : null}
    </div>
  );
}

function usePatience(): "short" | "thin" | "gone" {
  const [patience, setPatience] = useState<"short" | "thin" | "gone">("short");
  useEffect(() => {
    const timers = [setTimeout(() => setPatience("thin"), 3_000), setTimeout(() => setPatience("gone"), 10_000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return patience;
}
