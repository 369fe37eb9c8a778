import { Plural, Trans } from "@lingui/react/macro";
import { lazy, Suspense, useState } from "react";

import type { MailDeliveryView } from "../../../api";
import { usePermission } from "../../../live/session";
import styles from "./mail-of.module.css";
import { useDeliveries } from "./use-deliveries";

const MailDetails = lazy(() => import("./mail-details"));
const BAD: readonly string[] = ["failed", "bounced", "suppressed"];
const OVER: readonly string[] = [...BAD, "sent", "cancelled"];

/** The mail that a message came by, or that brings it to its readers, with its state: more is asked for when it is opened. */
export function MailOf({ id, deliveries }: { id: string; deliveries: readonly MailDeliveryView[] }) {
  const [open, setOpen] = useState(false);
  const readable = usePermission("mail:read");
  const under = deliveries.some((each) => !OVER.includes(each.state));
  const shown = useDeliveries(id, readable && under) ?? deliveries;
  if (!readable) return null;
  return (
    <details className={styles.mail} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Trans>Mail</Trans>
        {shown.length === 0 ? null : (
          <>
            {" · "}
            <State deliveries={shown} />
          </>
        )}
      </summary>
      {open ? (
        <Suspense>
          <MailDetails id={id} />
        </Suspense>
      ) : null}
    </details>
  );
}

/** The worst of the states, since it is the one to act on. */
function State({ deliveries }: { deliveries: readonly Pick<MailDeliveryView, "state">[] }) {
  const bad = deliveries.filter((each) => BAD.includes(each.state)).length;
  const delayed = deliveries.filter((each) => each.state === "delayed").length;
  const sent = deliveries.filter((each) => each.state === "sent").length;
  if (bad > 0) {
    return (
      <span className={styles.bad}>
        <Plural value={bad} one="not delivered to # recipient" other="not delivered to # recipients" />
      </span>
    );
  }
  if (delayed > 0) return <Plural value={delayed} one="delayed for # recipient" other="delayed for # recipients" />;
  if (sent === deliveries.length) return <Plural value={sent} one="sent to # recipient" other="sent to # recipients" />;
  return <Trans>on its way</Trans>;
}
