import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type Problem, retryDelivery, type UnsentMail } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { changed } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { PlaceLink } from "../../../ui/place";
import styles from "./unsent.module.css";

/** The states of a delivery in words. */
export function useDeliveryWords(): Readonly<Record<UnsentMail["state"], string>> {
  const { t } = useLingui();
  return {
    queued: t`waits to be sent`,
    delayed: t`delayed, tried again`,
    failed: t`failed`,
    bounced: t`came back`,
    sent: t`sent`,
    suppressed: t`the address gets no mail`,
    cancelled: t`cancelled`,
  };
}

/** A mail on its way to one recipient: its state, what the mail server said, and another attempt. */
export function Unsent({ mail }: { mail: UnsentMail }) {
  const { t, i18n } = useLingui();
  const words = useDeliveryWords();
  const due = mail.next_try_at;
  return (
    <article className={styles.pane} aria-label={t`Unsent mail`}>
      <h1 className={styles.title} dir="auto">
        {mail.subject}
      </h1>
      <dl className={styles.facts}>
        <Fact name={t`To`} value={mail.name === "" ? mail.address : `${mail.name} <${mail.address}>`} />
        <Fact name={t`State`} value={words[mail.state]} />
        <Fact name={t`Attempts`} value={String(mail.tries)} />
        {mail.answer == null || mail.answer === "" ? null : (
          <Fact name={t`The mail server said`} value={[mail.answer_code ?? "", mail.answer].join(" ").trim()} />
        )}
        <Fact name={t`Written`} value={exactly(mail.created_at, i18n.locale)} />
        {due == null ? null : <Fact name={t`Next attempt`} value={exactly(due, i18n.locale)} />}
      </dl>
      <p className={styles.links}>
        {mail.ticket_id == null ? null : (
          <PlaceLink to={`/tickets/${mail.ticket_id}`}>
            <Trans>Its ticket</Trans>
          </PlaceLink>
        )}
      </p>
      {mail.kind === "reply" ? <Retry mail={mail} /> : null}
    </article>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}

function Retry({ mail }: { mail: UnsentMail }) {
  const cache = useQueryClient();
  const mayRetry = usePermission("comments:create");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  if (!mayRetry || mail.state === "queued" || mail.state === "sent") return null;

  async function retry(): Promise<void> {
    setBusy(true);
    const answer = await ask(retryDelivery({ path: { mail_delivery_id: mail.id } }));
    setBusy(false);
    setProblem(answer.ok ? undefined : answer.problem);
    await changed(cache, "unsent");
  }

  return (
    <div className={styles.part}>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <Button variant="filled" disabled={busy} onClick={() => void retry()}>
        <Trans>Try again now</Trans>
      </Button>
    </div>
  );
}
