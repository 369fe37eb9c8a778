import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { type AccountGuess, ask, getSettingsForAddress, type ServerGuess } from "../../../api";
import { Button } from "../../../ui/button";
import { FormSelect, FormText } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import styles from "./mail.module.css";

export interface AccountValues {
  host: string;
  port: string;
  security: string;
  username: string;
  auth: string;
  password: string;
}

interface Props {
  form: Form<AccountValues>;
  kind: "imap" | "smtp";
  /** The mailbox's address, whose provider may be known. */
  address: string | undefined;
  /** Whether the account exists: a stored password stays. */
  known: boolean;
  /** Gets all that is known of the provider, for an account that also sends. */
  guessed?: (found: AccountGuess) => void;
}

/** Where an account is, and how it signs in. */
export function AccountFields({ form, kind, address, known, guessed }: Props) {
  const { t } = useLingui();
  const isImap = kind === "imap";
  return (
    <>
      {known || address === undefined ? null : <Guess form={form} kind={kind} address={address} guessed={guessed} />}
      <FormText
        form={form}
        name="host"
        label={t`Server`}
        placeholder={isImap ? "imap.example.com" : "smtp.example.com"}
        autoComplete="off"
      />
      <FormSelect
        form={form}
        name="security"
        label={t`Encryption`}
        choices={[
          { value: "tls", label: isImap ? t`TLS from the start (port 993)` : t`TLS from the start (port 465)` },
          { value: "starttls", label: isImap ? t`STARTTLS (port 143)` : t`STARTTLS (port 587)` },
          { value: "none", label: t`none`, help: t`Only for a server on your own machine.` },
        ]}
      />
      <FormText form={form} name="port" label={t`Port`} inputMode="numeric" />
      <FormSelect
        form={form}
        name="auth"
        label={t`Signs in`}
        choices={[
          { value: "password", label: t`with user name and password` },
          { value: "oauth", label: t`with the sign-in at its provider`, help: t`Set it up under “Sign-in”.` },
        ]}
      />
      <FormText form={form} name="username" label={t`User name`} autoComplete="off" />
      {form.values.auth === "oauth" ? null : (
        <FormText
          form={form}
          name="password"
          label={t`Password`}
          type="password"
          autoComplete="new-password"
          help={known ? t`Empty: the stored one stays. It is never shown.` : undefined}
        />
      )}
    </>
  );
}

/** Fills in what is known of the provider of an address. */
function Guess({ form, kind, address, guessed }: Pick<Props, "form" | "kind" | "guessed"> & { address: string }) {
  const [busy, setBusy] = useState(false);
  const [unknown, setUnknown] = useState(false);

  async function look(): Promise<void> {
    setBusy(true);
    const answer = await ask(getSettingsForAddress({ query: { address } }));
    setBusy(false);
    const server: ServerGuess | null | undefined = answer.ok ? answer.value[kind] : undefined;
    setUnknown(server == null);
    if (server == null) return;
    form.set("host", server.host);
    form.set("port", String(server.port));
    form.set("security", server.security);
    form.set("username", address);
    if (!answer.ok) return;
    if (answer.value.sign_in === "oauth") form.set("auth", "oauth");
    guessed?.(answer.value);
  }

  return (
    <div className={styles.row}>
      <Button disabled={busy} onClick={() => void look()}>
        <Trans>Fill in the provider's settings</Trans>
      </Button>
      <span role="status" className={styles.faint}>
        {unknown ? <Trans>Nothing is known of {address}. Ask your provider.</Trans> : null}
      </span>
    </div>
  );
}

/** What changed, as v1 takes it: an empty password stays. */
export function accountBody<Values extends Partial<AccountValues>>(values: Values) {
  const { port, password, ...rest } = values;
  return {
    ...rest,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(password === undefined || password === "" ? {} : { password }),
  };
}
