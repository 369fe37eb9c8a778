import { Trans, useLingui } from "@lingui/react/macro";

import {
  type AccountGuess,
  ask,
  deleteImapAccount,
  type ImapAccount,
  setImapAccount,
  type SmtpAccount,
} from "../../../api";
import { exactly } from "../../../kernel/moments";
import { FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { useForm } from "../../../ui/form/use-form";
import { accountBody, AccountFields } from "./account-fields";
import { ConnectionPane, useOutcome } from "./connection-pane";
import { ConnectionTest } from "./connection-test";
import styles from "./mail.module.css";
import { NOT_SENDING, saveSending, SendingToo, type SendingValues } from "./sending-too";
import { useTroubleWords } from "./trouble-words";

const NEW = {
  host: "",
  port: 993,
  security: "tls",
  username: "",
  auth: "password",
  folder: "INBOX",
  after: "keep",
  move_to: "",
  enabled: true,
} as const;

interface ImapValues extends SendingValues {
  folder: string;
  after: string;
  move_to: string;
  enabled: boolean;
}

interface Props {
  id: string;
  name: string;
  address: string | undefined;
  account: ImapAccount | undefined;
  smtp: SmtpAccount | undefined;
}

/** The IMAP account of a mailbox, and its test. */
export default function ImapForm({ id, name, address, account, smtp }: Props) {
  const { t } = useLingui();
  const outcome = useOutcome("imap");
  const sending = useOutcome("smtp");
  const known = account ?? NEW;
  const shares = smtp !== undefined && smtp.username === account?.username && smtp.auth === account.auth;
  const form = useForm<ImapValues>({
    // No place: a password must not be kept in this browser.
    saved: {
      host: known.host,
      port: String(known.port),
      security: known.security,
      username: known.username,
      auth: known.auth,
      password: "",
      folder: known.folder,
      after: known.after,
      move_to: known.move_to,
      enabled: known.enabled,
      ...NOT_SENDING,
    },
    save: async (values, changes) => {
      const body = imapBody(account === undefined ? values : changes);
      const refusal = await outcome.saved(await ask(setImapAccount({ path: { mailbox_id: id }, body: body as never })));
      const concerns = values.send || (shares && ["username", "auth", "password"].some((field) => field in changes));
      return refusal !== undefined || !concerns ? refusal : sending.saved(await saveSending(id, values, shares));
    },
  });
  function guessed(found: AccountGuess): void {
    if (found.smtp == null || smtp !== undefined) return;
    form.set("send", true);
    form.set("smtp_host", found.smtp.host);
    form.set("smtp_port", String(found.smtp.port));
    form.set("smtp_security", found.smtp.security);
  }
  return (
    <ConnectionPane
      form={form}
      name={name}
      heading={<Trans>Reading by IMAP</Trans>}
      intro={<State account={account} />}
      trial={<ConnectionTest id={id} kind="imap" unsaved={form.changed} />}
      remove={
        account === undefined
          ? undefined
          : {
              label: t`Stop reading by IMAP`,
              effect: <Trans>The password is deleted. Mails on the server stay there.</Trans>,
              act: async () => outcome.removed(await ask(deleteImapAccount({ path: { mailbox_id: id } }))),
            }
      }
    >
      <AccountFields form={form} kind="imap" address={address} known={account !== undefined} guessed={guessed} />
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
      <SendingToo form={form} shares={shares} smtp={smtp} />
    </ConnectionPane>
  );
}

function State({ account }: { account: ImapAccount | undefined }) {
  const { i18n } = useLingui();
  const words = useTroubleWords("imap");
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

/** What changed about reading. */
function imapBody(changes: Partial<ImapValues>) {
  const about = Object.entries(changes).filter(([name]) => !(name in NOT_SENDING));
  return accountBody(Object.fromEntries(about) as Partial<ImapValues>);
}
