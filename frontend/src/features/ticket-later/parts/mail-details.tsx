import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { addFollower, ask, type Delivery, type LoggedMail, retryDelivery } from "../../../api";
import { changed } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { Loaded } from "../../../ui/loaded";
import { SafeHtml } from "../../../ui/safe-html";
import { mailOf, type MailPlace, wholeMail, writtenAbout } from "../queries";
import styles from "./mail.module.css";

/** Whether a reply has reached each of its readers, or which mail a message came by. */
export function MailDetails({ mail }: { mail: MailPlace }) {
  const query = useQuery(mailOf(mail));
  return (
    <Loaded query={query}>
      {({ value: { received, sent } }) => (
        <ul className={styles.rows}>
          {received === null ? null : (
            <>
              <li>
                <Trans>Came by mail from</Trans> {received.from_address}
                {" · "}
                <a href={`/api/v1/mails/${received.id}/raw`} download>
                  <Trans>Download the raw mail</Trans>
                </a>
              </li>
              <Verdict received={received} />
              <Whole id={received.id} />
            </>
          )}
          {received !== null && mail.ticket !== undefined ? <LetIn ticket={mail.ticket} received={received} /> : null}
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

/** The mail with all that was cut from the message. */
function Whole({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...wholeMail(id), enabled: open });
  return (
    <li>
      <Button size="compact-xs" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <Trans>Hide the whole mail</Trans> : <Trans>Show the whole mail</Trans>}
      </Button>
      {open ? <Loaded query={query}>{({ html }) => <SafeHtml html={html ?? ""} />}</Loaded> : null}
    </li>
  );
}

/** Whether the sender is proven, and by what. */
function Verdict({ received: { verdict, evidence } }: { received: LoggedMail }) {
  const { t } = useLingui();
  const words = {
    pass: t`The sender is proven`,
    fail: t`The sender failed the check`,
    none: t`The sender is not proven`,
  };
  return (
    <li>
      <span className={verdict === "fail" ? styles.bad : undefined}>{words[verdict ?? "none"]}</span>
      {evidence === null ? null : <span dir="auto">{`: ${evidence}`}</span>}
    </li>
  );
}

/** A stranger's mail about another ticket became a ticket of its own: one click lets its sender take part there. */
function LetIn({ ticket, received }: { ticket: string; received: LoggedMail }) {
  const others = useQuery(writtenAbout(ticket)).data ?? [];
  const mayChange = usePermission("tickets:update");
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState("");
  const email = received.from_address;
  if (email === null || !mayChange) return null;

  async function letIn(id: string, address: string): Promise<void> {
    const name = received.from_name === "" ? null : received.from_name;
    const answer = await ask(addFollower({ path: { ticket_id: id }, body: { email: address, name } }));
    setProblem(answer.ok ? "" : answer.problem.message);
    if (answer.ok) setDone(new Set([...done, id]));
  }

  return others.map(({ ticket_id: id, number }) => (
    <li key={id}>
      <Trans>Writes about #{number}.</Trans>{" "}
      {done.has(id) ? (
        <span role="status">
          <Trans>The sender takes part in it now.</Trans>
        </span>
      ) : (
        <Button size="compact-xs" onClick={() => void letIn(id, email)}>
          <Trans>Let this sender in</Trans>
        </Button>
      )}
      {problem === "" ? null : <span role="alert">{problem}</span>}
    </li>
  ));
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
