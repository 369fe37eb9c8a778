import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, beginSelfTest, type Problem, type SelfTestReport, type SelfTestStep as Step } from "../../../api";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { selfTestQuery } from "../queries";
import { DomainCheck } from "./domain-check";
import styles from "./mail.module.css";

/** A mail of the mailbox to itself, and the records of its domain. */
export default function SelfTest({ id, name }: { id: string; name: string }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const report = useQuery(selfTestQuery(id)).data?.value;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);

  async function begin(): Promise<void> {
    setBusy(true);
    const answer = await ask(beginSelfTest({ path: { mailbox_id: id } }));
    setProblem(answer.ok ? undefined : answer.problem);
    await changed(cache, "self-test");
    setBusy(false);
  }

  return (
    <article className={styles.pane} aria-label={name}>
      <h1 className={styles.title}>{name}</h1>
      <section className={styles.part} aria-label={t`Send yourself a test`}>
        <h2>
          <Trans>Send yourself a test</Trans>
        </h2>
        <p className={styles.faint}>
          <Trans>
            The mailbox sends a mail to itself, the way all of its mail goes, and waits for it. No ticket is opened.
          </Trans>
        </p>
        <Button variant="filled" disabled={busy || report?.finished === false} onClick={() => void begin()}>
          <Trans>Send a test</Trans>
        </Button>
        {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
        <div role="status">
          <ol className={styles.checks}>
            {report?.steps.map((step) => (
              <li key={step.name}>
                <Line step={step} report={report} />
              </li>
            ))}
          </ol>
        </div>
      </section>
      <DomainCheck id={id} />
    </article>
  );
}

function Line({ step, report }: { step: Step; report: SelfTestReport }) {
  const { t, i18n } = useLingui();
  const { name, state, code, detail } = step;
  const seconds = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(report.seconds ?? 0);
  const good: Readonly<Record<Step["name"], string>> = {
    handed_over: t`A mail server took the mail.`,
    arrived: t`It arrived after ${seconds} seconds.`,
    plus_word: t`So did the mail to the address with a word, which finds replies.`,
    message_id: t`Its Message-ID is the one it was sent with.`,
    sender: t`It still comes from the mailbox.`,
    return_path: t`Delivery reports come back to the mailbox.`,
    proof: t`The mailbox trusts the server that says who sent it:`,
  };
  const waiting: Readonly<Partial<Record<Step["name"], string>>> = {
    handed_over: t`Waits to be sent …`,
    arrived: t`Waits for its arrival …`,
    plus_word: t`Waits for the mail to the address with a word …`,
  };
  const wrong: Readonly<Record<string, string>> = {
    suppressed: t`Nothing is sent to this address. Allow it again under “Suppressed addresses”.`,
    refused: t`A mail server refused the mail:`,
    delayed: t`No mail server took the mail yet; it is tried again:`,
    not_taken_up: t`Nothing has sent the mail for a minute. Does the worker of this server run?`,
    no_server: t`No server says in the mail who sent it. Mail in the name of your staff waits in quarantine.`,
    not_trusted: t`Enter this name under “Trusted servers” if it is your provider's, so that mail of your staff is believed:`,
  };
  const late =
    name === "plus_word"
      ? t`The mail to the address with a word did not arrive. Choose “none” for “Words in its address”.`
      : t`The mail did not arrive within two minutes. Is the mailbox read, and is this its address?`;
  const changes: Readonly<Partial<Record<Step["name"], string>>> = {
    message_id: t`A server replaced its Message-ID. Replies are found by the address with a word:`,
    sender: t`It arrived under another sender:`,
    return_path: t`A server replaced the address for delivery reports:`,
  };
  const words =
    state === "ok"
      ? good[name]
      : state === "waiting"
        ? waiting[name]
        : code === "late"
          ? late
          : code === "changed"
            ? changes[name]
            : wrong[code ?? ""];
  return (
    <>
      {state === "ok" ? "✓ " : state === "waiting" ? "… " : "✗ "}
      {words}
      {detail === "" ? null : <span className={styles.faint}> {detail}</span>}
    </>
  );
}
