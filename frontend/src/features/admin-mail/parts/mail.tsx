import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  type Answer,
  ask,
  type LoggedMail,
  makeTicket,
  type Problem,
  rejectMail,
  releaseMail,
  trustSender,
} from "../../../api";
import { exactly } from "../../../kernel/moments";
import { sizeOf } from "../../../kernel/sizes";
import { changed } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { Checkbox } from "../../../ui/checks";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { PlaceLink } from "../../../ui/place";
import { SafeHtml } from "../../../ui/safe-html";
import { mailHtmlQuery } from "../queries";
import { useMailWords } from "./mail-words";
import styles from "./mail.module.css";

/** A received mail: who sent it, what became of it and why, and its text. */
export function Mail({ mail }: { mail: LoggedMail }) {
  const { t, i18n } = useLingui();
  const words = useMailWords();
  const html = useQuery(mailHtmlQuery(mail.id)).data?.value.html;
  const from = mail.from_address ?? "";
  return (
    <article className={styles.pane} aria-label={t`Mail`}>
      <h1 className={styles.title} dir="auto">
        {mail.subject === "" ? t`(no subject)` : mail.subject}
      </h1>
      {mail.state === "quarantined" ? <Review mail={mail} /> : null}
      <dl className={styles.facts}>
        <Fact name={t`From`} value={mail.from_name === "" ? from : `${mail.from_name} <${from}>`} />
        <Fact name={t`To`} value={[...mail.to_addresses, ...mail.cc_addresses].join(", ")} />
        <Fact name={t`Arrived`} value={exactly(mail.arrived_at, i18n.locale)} />
        <Fact name={t`What became of it`} value={words.states[mail.state]} />
        {mail.reason === null ? null : <Fact name={t`Why`} value={words.reason(mail.reason)} />}
        {mail.evidence === null ? null : <Fact name={t`Proof of the sender`} value={mail.evidence} />}
        <Fact name={t`Size`} value={sizeOf(mail.size, i18n.locale)} />
      </dl>
      <p className={styles.links}>
        {mail.ticket_id === null ? null : (
          <PlaceLink to={`/tickets/${mail.ticket_id}`}>
            <Trans>Its ticket</Trans>
          </PlaceLink>
        )}
        <a href={`/api/v1/mails/${mail.id}/raw`} download>
          <Trans>Download the raw mail</Trans>
        </a>
      </p>
      {html == null ? null : <SafeHtml html={html} className={styles.text} />}
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

/** Out of quarantine: into a ticket, or away. */
function Review({ mail }: { mail: LoggedMail }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const mayReview = usePermission("mail:review");
  const [block, setBlock] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const path = { mail_id: mail.id };
  const nameless = mail.reason === "no_sender";
  if (!mayReview) return null;

  async function perform(act: () => Promise<Answer<unknown>>): Promise<void> {
    setBusy(true);
    const answer = await act();
    setBusy(false);
    setProblem(answer.ok ? undefined : answer.problem);
    await changed(cache, "mails", "mail-senders");
  }

  return (
    <section className={styles.review} aria-label={t`In quarantine`}>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <p>
        <Trans>
          Released, it is filed as any other mail. A ticket made of it joins no conversation. Rejected, it stays in this
          log alone.
        </Trans>
      </p>
      <Checkbox
        label={t`Refuse further mail of this sender when rejecting`}
        checked={block}
        onChange={(event) => setBlock(event.currentTarget.checked)}
      />
      <div className={styles.acts}>
        {nameless ? null : (
          <>
            <Button variant="filled" disabled={busy} onClick={() => void perform(() => ask(releaseMail({ path })))}>
              <Trans>Release</Trans>
            </Button>
            {mail.reason === "unproven_staff" || mail.from_address === null ? null : (
              <Button disabled={busy} onClick={() => void perform(() => ask(trustSender({ path })))}>
                <Trans>Release and trust the sender</Trans>
              </Button>
            )}
          </>
        )}
        <Button disabled={busy} onClick={() => void perform(() => ask(makeTicket({ path })))}>
          <Trans>Make a ticket of it</Trans>
        </Button>
        <Button
          disabled={busy}
          onClick={() => void perform(() => ask(rejectMail({ path, body: { block_sender: block } })))}
        >
          <Trans>Reject</Trans>
        </Button>
      </div>
    </section>
  );
}
