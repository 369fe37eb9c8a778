import { Trans, useLingui } from "@lingui/react/macro";

import { ask, deleteSmtpAccount, setSmtpAccount, type SmtpAccount } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { FormCheck, FormText } from "../../../ui/form/bound";
import { useForm } from "../../../ui/form/use-form";
import { accountBody, AccountFields, type AccountValues } from "./account-fields";
import { ConnectionPane, useOutcome } from "./connection-pane";
import { ConnectionTest } from "./connection-test";
import styles from "./mail.module.css";
import { useTroubleWords } from "./trouble-words";

const NEW = {
  host: "",
  port: 465,
  security: "tls",
  username: "",
  auth: "password",
  per_minute: 20,
  connections: 2,
  enabled: true,
} as const;

interface SmtpValues extends AccountValues {
  per_minute: string;
  connections: string;
  enabled: boolean;
}

interface Props {
  id: string;
  name: string;
  address: string | undefined;
  account: SmtpAccount | undefined;
}

/** The mail server that a mailbox sends through, its limits, and its test. */
export default function SmtpForm({ id, name, address, account }: Props) {
  const { t } = useLingui();
  const outcome = useOutcome("smtp");
  const known = account ?? NEW;
  const form = useForm<SmtpValues>({
    // No place: a password must not be kept in this browser.
    saved: {
      host: known.host,
      port: String(known.port),
      security: known.security,
      username: known.username,
      auth: known.auth,
      password: "",
      per_minute: String(known.per_minute),
      connections: String(known.connections),
      enabled: known.enabled,
    },
    save: async (values, changes) => {
      const { per_minute: rate, connections, ...rest } = account === undefined ? values : changes;
      const body = {
        ...accountBody(rest),
        ...(rate === undefined ? {} : { per_minute: Number(rate) }),
        ...(connections === undefined ? {} : { connections: Number(connections) }),
      };
      return outcome.saved(await ask(setSmtpAccount({ path: { mailbox_id: id }, body: body as never })));
    },
  });
  return (
    <ConnectionPane
      form={form}
      name={name}
      heading={<Trans>Sending by SMTP</Trans>}
      intro={<State account={account} />}
      trial={<ConnectionTest id={id} kind="smtp" unsaved={form.changed} />}
      remove={
        account === undefined
          ? undefined
          : {
              label: t`Stop sending through this server`,
              effect: <Trans>The password is deleted. Mail goes out through the server of this Deskbell again.</Trans>,
              act: async () => outcome.removed(await ask(deleteSmtpAccount({ path: { mailbox_id: id } }))),
            }
      }
    >
      <AccountFields form={form} kind="smtp" address={address} known={account !== undefined} />
      <FormText
        form={form}
        name="per_minute"
        label={t`Mails a minute, at most`}
        inputMode="numeric"
        help={t`Providers set limits; Microsoft takes 30. Further mail waits for its turn.`}
      />
      <FormText form={form} name="connections" label={t`Connections at a time`} inputMode="numeric" />
      <FormCheck form={form} name="enabled" label={t`On`} />
    </ConnectionPane>
  );
}

function State({ account }: { account: SmtpAccount | undefined }) {
  const { i18n } = useLingui();
  const words = useTroubleWords("smtp");
  if (account === undefined)
    return <Trans>Mail of this mailbox goes out through the server that this Deskbell is set up with.</Trans>;
  const { trouble, detail, last_sent_at: sent, slowed } = account;
  if (trouble !== null) {
    return (
      <p className={styles.trouble}>
        {words[trouble]} {detail} <Trans>Mail waits until it works.</Trans>
      </p>
    );
  }
  const at = sent === null ? "" : exactly(sent, i18n.locale);
  return (
    <>
      {sent === null ? <Trans>Nothing was sent yet.</Trans> : <Trans>Last sent {at}.</Trans>}
      {slowed === 0 ? null : <Trans> The server asked for patience: mail goes out more slowly for now.</Trans>}
    </>
  );
}
