import { Trans } from "@lingui/react/macro";
import { lazy, Suspense, useState } from "react";

import { usePermission } from "../../../live/session";
import styles from "./mail-of.module.css";

const MailDetails = lazy(() => import("./mail-details"));

/** The mail that a message came by, or that brought it to the customer: asked for when it is opened. */
export function MailOf({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const readable = usePermission("mail:read");
  if (!readable) return null;
  return (
    <details className={styles.mail} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Trans>Mail</Trans>
      </summary>
      {open ? (
        <Suspense>
          <MailDetails id={id} />
        </Suspense>
      ) : null}
    </details>
  );
}
