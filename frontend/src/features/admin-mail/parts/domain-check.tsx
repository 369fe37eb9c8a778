import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { ask, checkDomain, type DnsRecord, type DomainReport, makeSigningKey, type Problem } from "../../../api";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import styles from "./mail.module.css";

/** What a mailbox's domain says about its mail, and what to enter where it is wrong. */
export function DomainCheck({ id }: { id: string }) {
  const { t } = useLingui();
  const [report, setReport] = useState<DomainReport>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const path = { mailbox_id: id };

  async function look(): Promise<void> {
    setBusy(true);
    const answer = await ask(checkDomain({ path }));
    setReport(answer.ok ? answer.value : undefined);
    setProblem(answer.ok ? undefined : answer.problem);
    setBusy(false);
  }

  async function sign(): Promise<void> {
    const answer = await ask(makeSigningKey({ path }));
    if (answer.ok) await look();
    else setProblem(answer.problem);
  }

  return (
    <section className={styles.part} aria-label={t`DNS of the domain`}>
      <h2>
        <Trans>DNS of the domain</Trans>
      </h2>
      <p className={styles.faint}>
        <Trans>Other mail servers look at these records. Without them, answers are taken for spam.</Trans>
      </p>
      <Button disabled={busy} onClick={() => void look()}>
        <Trans>Look at the records</Trans>
      </Button>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <div role="status">
        {report === undefined ? null : (
          <dl className={styles.records}>
            {report.records.map((record) => (
              <Record key={record.kind} record={record} />
            ))}
          </dl>
        )}
      </div>
      {report !== undefined && report.signing === null ? (
        <Button onClick={() => void sign()}>
          <Trans>Make a key that signs outgoing mail (DKIM)</Trans>
        </Button>
      ) : null}
    </section>
  );
}

function Record({ record }: { record: DnsRecord }) {
  const { t } = useLingui();
  const kinds = {
    mx: t`MX: where mail to you goes`,
    spf: t`SPF: who may send for you`,
    dkim: t`DKIM: the key of your signature`,
    dmarc: t`DMARC: what to do with forged mail`,
  };
  const states = {
    ok: t`right`,
    missing: t`missing`,
    wrong: t`another value than it should have`,
    several: t`there are several, and only one may exist`,
    unclear: t`does not name this mail server; it may include it`,
    unknown: t`the name servers did not answer`,
  };
  const { kind, name, expected, found, state } = record;
  return (
    <div className={styles.record}>
      <dt>
        {state === "ok" ? "✓ " : "✗ "}
        {kinds[kind]}: {states[state]}
      </dt>
      {state === "ok" || expected === null ? null : (
        <dd>
          <Trans>Enter for {name}:</Trans> <code className={styles.code}>{expected}</code>
        </dd>
      )}
      {found.length === 0 ? null : (
        <dd>
          <Trans>Found:</Trans> <code className={styles.code}>{found.join(" · ")}</code>
        </dd>
      )}
    </div>
  );
}
