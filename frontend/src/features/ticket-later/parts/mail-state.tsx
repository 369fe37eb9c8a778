import { Plural, Trans } from "@lingui/react/macro";

import type { MailDeliveryView } from "../../../api";
import styles from "./mail.module.css";
import { useDeliveries } from "./use-deliveries";

const BAD: readonly string[] = ["failed", "bounced", "suppressed"];
const OVER: readonly string[] = [...BAD, "sent", "cancelled"];

/** How a reply fares on its way: the worst of its states, since it is the one to act on. Nothing for one that is not mailed. */
export function MailState({ id, deliveries }: { id: string; deliveries: readonly MailDeliveryView[] | undefined }) {
  const under = deliveries === undefined || deliveries.some((each) => !OVER.includes(each.state));
  const shown = useDeliveries(id, under) ?? deliveries ?? [];
  return shown.length === 0 ? null : (
    <>
      {" · "}
      <Worst shown={shown} />
    </>
  );
}

function Worst({ shown }: { shown: readonly { readonly state: string }[] }) {
  const bad = shown.filter((each) => BAD.includes(each.state)).length;
  const delayed = shown.filter((each) => each.state === "delayed").length;
  const sent = shown.filter((each) => each.state === "sent").length;
  if (bad > 0) {
    return (
      <span className={styles.bad}>
        <Plural value={bad} one="not delivered to # recipient" other="not delivered to # recipients" />
      </span>
    );
  }
  if (delayed > 0) return <Plural value={delayed} one="delayed for # recipient" other="delayed for # recipients" />;
  if (sent === shown.length) return <Plural value={sent} one="sent to # recipient" other="sent to # recipients" />;
  return <Trans>on its way</Trans>;
}
