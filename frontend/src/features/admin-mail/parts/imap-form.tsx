import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  ask,
  deleteImapAccount,
  type ImapAccount,
  type Problem,
  setImapAccount,
  type ImapStep as Step,
  testImapAccount,
} from "../../../api";
import { exactly } from "../../../kernel/moments";
import { changed, problemIn } from "../../../live/records";
import { Button } from "../../../ui/button";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane, Refused, useSentence } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { DomainCheck } from "./domain-check";
import styles from "./mail.module.css";
import { useTroubleWords } from "./trouble-words";

const NEW = {
  host: "",
  port: 993,
  security: "tls",
  username: "",
  folder: "INBOX",
  after: "keep",
  move_to: "",
  enabled: true,
} as const;

interface Props {
  id: string;
  name: string;
  account: ImapAccount | undefined;
}

/** The IMAP account of a mailbox, its test, and the records of its domain. */
export function ImapForm({ id, name, account }: Props) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const known = account ?? NEW;
  const form = useForm({
    // No place: a password must not be kept in this browser.
    saved: {
      host: known.host,
      port: String(known.port),
      security: known.security,
      username: known.username,
      password: "",
      folder: known.folder,
      after: known.after,
      move_to: known.move_to,
      enabled: known.enabled,
    },
    save: async (values, changes) => {
      const { port, password, ...rest } = account === undefined ? values : changes;
      const body = {
        ...rest,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(password === undefined || password === "" ? {} : { password }),
      };
      const answer = await ask(setImapAccount({ path: { mailbox_id: id }, body: body }));
      if (answer.ok) await changed(cache, "imap");
      return problemIn(answer);
    },
  });
  return (
    <FormPane
      form={form}
      title={name}
      intro={<State account={account} />}
      foot={
        <>
          {account === undefined ? null : <Test id={id} unsaved={form.changed} />}
          <DomainCheck id={id} />
          {account === undefined ? null : (
            <DangerZone>
              <DangerAct
                label={t`Stop reading by IMAP`}
                effect={<Trans>The password is deleted. Mails on the server stay there.</Trans>}
                act={async () => {
                  const answer = await ask(deleteImapAccount({ path: { mailbox_id: id } }));
                  if (answer.ok) {
                    cache.removeQueries({ queryKey: ["records", "imap"] });
                    await changed(cache, "imap");
                  }
                  return problemIn(answer);
                }}
              />
            </DangerZone>
          )}
        </>
      }
    >
      <h2>
        <Trans>Reading by IMAP</Trans>
      </h2>
      <FormText form={form} name="host" label={t`Server`} placeholder="imap.example.com" autoComplete="off" />
      <FormSelect
        form={form}
        name="security"
        label={t`Encryption`}
        choices={[
          { value: "tls", label: t`TLS from the start (port 993)` },
          { value: "starttls", label: t`STARTTLS (port 143)` },
          { value: "none", label: t`none`, help: t`Only for a server on your own machine.` },
        ]}
      />
      <FormText form={form} name="port" label={t`Port`} inputMode="numeric" />
      <FormText form={form} name="username" label={t`User name`} autoComplete="off" />
      <FormText
        form={form}
        name="password"
        label={t`Password`}
        type="password"
        autoComplete="new-password"
        help={account === undefined ? undefined : t`Empty: the stored one stays. It is never shown.`}
      />
      <FormText form={form} name="folder" label={t`Folder`} />
      <FormSelect
        form={form}
        name="after"
        label={t`Once a mail is taken`}
        choices={[
          { value: "keep", label: t`it stays on the server` },
          { value: "move", label: t`it is moved to a folder` },
          { value: "delete", label: t`it is deleted on the server` },
        ]}
      />
      {form.values.after === "move" ? <FormText form={form} name="move_to" label={t`Folder to move it to`} /> : null}
      <FormCheck form={form} name="enabled" label={t`On`} />
    </FormPane>
  );
}

function State({ account }: { account: ImapAccount | undefined }) {
  const { i18n } = useLingui();
  const words = useTroubleWords();
  if (account === undefined)
    return <Trans>This mailbox is not read by IMAP. Mail can also be sent to the server.</Trans>;
  const { trouble, detail, last_looked_at: looked } = account;
  const at = looked === null ? "" : exactly(looked, i18n.locale);
  if (trouble !== null) {
    return (
      <p className={styles.trouble}>
        {words[trouble]} {detail}
      </p>
    );
  }
  return looked === null ? <Trans>Not looked at yet.</Trans> : <Trans>Last read {at}.</Trans>;
}

/** Tries the saved account step by step. */
function Test({ id, unsaved }: { id: string; unsaved: boolean }) {
  const { t } = useLingui();
  const troubles = useTroubleWords();
  const [steps, setSteps] = useState<readonly Step[]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const words: Readonly<Record<Step["name"], string>> = {
    name: t`The server's name is known`,
    connect: t`The server answers`,
    certificate: t`Its certificate is trusted`,
    sign_in: t`User name and password are right`,
    folder: t`The folder can be read`,
  };

  async function run(): Promise<void> {
    setBusy(true);
    const answer = await ask(testImapAccount({ path: { mailbox_id: id } }));
    setSteps(answer.ok ? answer.value : undefined);
    setProblem(answer.ok ? undefined : answer.problem);
    setBusy(false);
  }

  return (
    <section className={styles.part} aria-label={t`Connection test`}>
      <h2>
        <Trans>Connection test</Trans>
      </h2>
      <Button disabled={busy || unsaved} onClick={() => void run()}>
        {unsaved ? <Trans>Save first</Trans> : <Trans>Test the connection</Trans>}
      </Button>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <ol role="status" className={styles.checks}>
        {(steps ?? []).map(({ name, code, detail }) => (
          <li key={name}>
            {code == null ? "✓ " : "✗ "}
            {code == null ? words[name] : troubles[code]}
            {detail === "" ? null : <span className={styles.faint}> {detail}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
