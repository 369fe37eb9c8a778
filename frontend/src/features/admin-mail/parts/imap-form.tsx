import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, deleteImapAccount, type ImapAccount, setImapAccount } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { changed, problemIn } from "../../../live/records";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { accountBody, AccountFields, type AccountValues } from "./account-fields";
import { ConnectionTest } from "./connection-test";
import styles from "./mail.module.css";
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

interface ImapValues extends AccountValues {
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
}

/** The IMAP account of a mailbox, and its test. */
export default function ImapForm({ id, name, address, account }: Props) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const known = account ?? NEW;
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
    },
    save: async (values, changes) => {
      const body = accountBody(account === undefined ? values : changes);
      const answer = await ask(setImapAccount({ path: { mailbox_id: id }, body: body as never }));
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
          {account === undefined ? null : <ConnectionTest id={id} kind="imap" unsaved={form.changed} />}
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
      <AccountFields form={form} kind="imap" address={address} known={account !== undefined} />
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
