import { Trans } from "@lingui/react/macro";
import { useState } from "react";

import type { MailDeliveryView } from "../../../api";
import type { MailPlace } from "../queries";
import styles from "./mail.module.css";
import { MailDetails } from "./mail-details";
import { MailState } from "./mail-state";
import { RemoteImages } from "./remote-images";

interface Props extends MailPlace {
  /** Those of a reply; unknown for one that came by an event, and for all but replies. */
  deliveries?: readonly MailDeliveryView[] | undefined;
  /** Whether the message is a reply, which a mail brings to its readers. */
  isReply?: boolean;
}

/** The mail that a message came by, or that brings it to its readers, with its state: more is asked for when it is opened. */
export function MailOf({ deliveries, isReply = false, ...place }: Props) {
  const [open, setOpen] = useState(false);
  const [own, setOwn] = useState<HTMLElement | null>(null);
  const message = own?.closest("article") ?? null;
  const { comment } = place;
  return (
    <div ref={setOwn}>
      {message === null ? null : <RemoteImages message={message} place={place} />}
      <details className={styles.mail} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Trans>Mail</Trans>
          {comment === undefined || !isReply ? null : <MailState id={comment} deliveries={deliveries} />}
        </summary>
        {open ? <MailDetails mail={place} /> : null}
      </details>
    </div>
  );
}
