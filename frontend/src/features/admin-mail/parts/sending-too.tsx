import { Trans, useLingui } from "@lingui/react/macro";

import { ask, setSmtpAccount, type Answer, type SmtpAccount } from "../../../api";
import { FormCheck, FormSelect, FormText } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import type { AccountValues } from "./account-fields";
import styles from "./mail.module.css";

/** Fields of an account that reads and may send: its name and password are typed once. */
export interface SendingValues extends AccountValues {
  send: boolean;
  smtp_host: string;
  smtp_port: string;
  smtp_security: string;
}

export const NOT_SENDING = { send: false, smtp_host: "", smtp_port: "465", smtp_security: "tls" } as const;

interface Props {
  form: Form<SendingValues>;
  /** Whether the mailbox sends through the account that it is read by. */
  shares: boolean;
  smtp: SmtpAccount | undefined;
}

/** Whether mail goes out through the same account, and its server. */
export function SendingToo({ form, shares, smtp }: Props) {
  const { t } = useLingui();
  if (shares)
    return (
      <p className={styles.faint}>
        <Trans>The mailbox sends through this account too: name and password are saved for both.</Trans>
      </p>
    );
  if (smtp !== undefined) return null;
  return (
    <>
      <FormCheck
        form={form}
        name="send"
        label={t`Send through this account too`}
        help={t`With the same user name and password`}
      />
      {form.values.send ? (
        <>
          <FormText
            form={form}
            name="smtp_host"
            label={t`Server that sends`}
            placeholder="smtp.example.com"
            autoComplete="off"
          />
          <FormSelect
            form={form}
            name="smtp_security"
            label={t`Encryption of sending`}
            choices={[
              { value: "tls", label: t`TLS from the start (port 465)` },
              { value: "starttls", label: t`STARTTLS (port 587)` },
              { value: "none", label: t`none`, help: t`Only for a server on your own machine.` },
            ]}
          />
          <FormText form={form} name="smtp_port" label={t`Port of sending`} inputMode="numeric" />
        </>
      ) : null}
    </>
  );
}

/** Saves name and password for sending too. */
export async function saveSending(id: string, values: SendingValues, shares: boolean): Promise<Answer<unknown>> {
  const { username, auth, password, smtp_host: host, smtp_port: port, smtp_security: security } = values;
  const signIn = { username, auth, ...(password === "" ? {} : { password }) };
  const body = shares ? signIn : { host, port: Number(port), security, ...signIn };
  return inFields(await ask(setSmtpAccount({ path: { mailbox_id: id }, body: body as never })), shares);
}

/** Puts a refusal of the server at the field that has it here. */
function inFields(answer: Answer<unknown>, shares: boolean): Answer<unknown> {
  if (answer.ok || shares) return answer;
  const fields = Object.entries(answer.problem.fields).map(([name, sentence]) => [
    ["host", "port", "security"].includes(name) ? `smtp_${name}` : name,
    sentence,
  ]);
  return { ...answer, problem: { ...answer.problem, fields: Object.fromEntries(fields) as Record<string, string> } };
}
