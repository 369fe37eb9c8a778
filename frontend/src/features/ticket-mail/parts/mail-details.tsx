import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type Delivery, getMailOfComment, retryDelivery } from "../../../api";
import { changed, record } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { Loaded } from "../../../ui/loaded";
import styles from "./mail.module.css";

const mailQuery = (id: string) => ({
  ...record("mails", `of ${id}`, (signal) => getMailOfComment({ path: { comment_id: id }, signal })),
  staleTime: 0,
});

/** Whether a reply has reached each of its readers, or which mail a message came by. */
export function MailDetails({ id }: { id: string }) {
  const query = useQuery(mailQuery(id));
  return (
    <Loaded query={query}>
      {({ value: { received, sent } }) => (
        <ul className={styles.rows}>
          {received === null ? null : (
            <li>
              <Trans>Came by mail from</Trans> {received.from_address}
              {" · "}
              <a href={`/api/v1/mails/${received.id}/raw`} download>
                <Trans>Download the raw mail</Trans>
              </a>
            </li>
          )}
          {sent?.deliveries.map((delivery) => (
            <Way key={delivery.id} delivery={delivery} />
          ))}
          {received === null && (sent === null || sent.deliveries.length === 0) ? (
            <li>
              <Trans>No mail belongs to this message.</Trans>
            </li>
          ) : null}
        </ul>
      )}
    </Loaded>
  );
}

function Way({ delivery }: { delivery: Delivery }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const maySend = usePermission("comments:create");
  const [problem, setProblem] = useState("");
  const { id, address, state, answer } = delivery;
  const words: Readonly<Record<Delivery["state"], string>> = {
    queued: t`waits to be sent`,
    sent: t`taken by the mail server`,
    delayed: t`delayed, tried again`,
    failed: t`failed`,
    bounced: t`came back`,
    suppressed: t`not sent: the address is suppressed`,
    cancelled: t`cancelled`,
  };
  const bad = state === "failed" || state === "bounced" || state === "suppressed";

  async function again(): Promise<void> {
    const retried = await ask(retryDelivery({ path: { mail_delivery_id: id } }));
    setProblem(retried.ok ? "" : retried.problem.message || t`The server cannot be reached.`);
    await changed(cache, "mails");
  }

  return (
    <li>
      {address}: <span className={bad ? styles.bad : undefined}>{words[state]}</span>
      {answer === null ? null : ` · ${answer}`}{" "}
      {maySend && (state === "failed" || state === "delayed") ? (
        <Button size="compact-xs" onClick={() => void again()}>
          <Trans>Try again</Trans>
        </Button>
      ) : null}
      {problem === "" ? null : <span role="alert">{problem}</span>}
    </li>
  );
}
