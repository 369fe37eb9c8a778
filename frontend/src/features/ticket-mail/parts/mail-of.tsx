import { Trans } from "@lingui/react/macro";
import { useState } from "react";

import type { MailDeliveryView } from "../../../api";
import styles from "./mail.module.css";
import { MailDetails } from "./mail-details";
import { MailState } from "./mail-state";

/** The mail that a message came by, or that brings it to its readers, with its state: more is asked for when it is opened. */
export default function MailOf({ id, deliveries }: { id: string; deliveries: readonly MailDeliveryView[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.mail} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Trans>Mail</Trans>
        {deliveries.length === 0 ? null : (
          <>
            {" · "}
            <MailState id={id} deliveries={deliveries} />
          </>
        )}
      </summary>
      {open ? <MailDetails id={id} /> : null}
    </details>
  );
}
