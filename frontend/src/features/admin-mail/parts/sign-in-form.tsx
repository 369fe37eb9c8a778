import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { ask, beginSignIn, deleteSignIn, type Problem, setSignIn, type SignIn } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { Button } from "../../../ui/button";
import { FormSelect, FormText } from "../../../ui/form/bound";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ConnectionPane, useOutcome } from "./connection-pane";
import styles from "./mail.module.css";

const NEW = {
  provider: "google",
  flow: "code",
  client_id: "",
  tenant: "",
  authorize_url: "",
  token_url: "",
  scope: "",
} as const;

interface SignInValues {
  provider: string;
  flow: string;
  client_id: string;
  client_secret: string;
  tenant: string;
  authorize_url: string;
  token_url: string;
  scope: string;
}

interface Props {
  id: string;
  name: string;
  signIn: SignIn | undefined;
  /** How the sign-in ended from which the provider has just sent the person back. */
  ended: string | undefined;
}

/** The sign-in of a mailbox at Google, Microsoft or another provider. */
export default function SignInForm({ id, name, signIn, ended }: Props) {
  const { t } = useLingui();
  const outcome = useOutcome("sign-in");
  const known = signIn ?? NEW;
  const form = useForm<SignInValues>({
    // No place: a secret must not be kept in this browser.
    saved: {
      provider: known.provider,
      flow: known.flow,
      client_id: known.client_id,
      client_secret: "",
      tenant: known.tenant,
      authorize_url: known.authorize_url,
      token_url: known.token_url,
      scope: known.scope,
    },
    save: async (values, changes) => {
      const { client_secret: secret, ...rest } = signIn === undefined ? values : changes;
      const body = { ...rest, ...(secret === undefined || secret === "" ? {} : { client_secret: secret }) };
      return outcome.saved(await ask(setSignIn({ path: { mailbox_id: id }, body: body as never })));
    },
  });
  const { provider, flow } = form.values;
  return (
    <ConnectionPane
      form={form}
      name={name}
      heading={<Trans>Sign-in at the provider</Trans>}
      intro={<State signIn={signIn} ended={ended} />}
      trial={
        signIn?.flow === "code" ? <Begin id={id} unsaved={form.changed} again={signIn.signed_in_at !== null} /> : null
      }
      remove={
        signIn === undefined
          ? undefined
          : {
              label: t`Delete this sign-in`,
              effect: <Trans>The permission is forgotten. Accounts that use it stop working.</Trans>,
              act: async () => outcome.removed(await ask(deleteSignIn({ path: { mailbox_id: id } }))),
            }
      }
    >
      <FormSelect
        form={form}
        name="provider"
        label={t`Provider`}
        choices={[
          { value: "google", label: t`Google`, help: t`In test mode Google ends every sign-in after 7 days.` },
          { value: "microsoft", label: t`Microsoft` },
          { value: "other", label: t`another one (OAuth2)` },
        ]}
      />
      {provider === "google" ? null : (
        <FormSelect
          form={form}
          name="flow"
          label={t`Who gives the permission`}
          choices={[
            { value: "code", label: t`a person, in the browser` },
            { value: "client", label: t`nobody: the app has rights of its own` },
          ]}
        />
      )}
      <FormText form={form} name="client_id" label={t`Client ID of your app`} autoComplete="off" />
      <FormText
        form={form}
        name="client_secret"
        label={t`Client secret`}
        type="password"
        autoComplete="new-password"
        help={signIn === undefined ? undefined : t`Empty: the stored one stays. It is never shown.`}
      />
      {provider === "microsoft" ? (
        <FormText form={form} name="tenant" label={t`Tenant`} help={t`Empty: any account may sign in.`} />
      ) : null}
      {provider === "other" ? (
        <>
          {flow === "code" ? (
            <FormText form={form} name="authorize_url" label={t`Address of its sign-in page`} type="url" />
          ) : null}
          <FormText form={form} name="token_url" label={t`Address that gives tokens`} type="url" />
          <FormText form={form} name="scope" label={t`Scope`} />
        </>
      ) : null}
    </ConnectionPane>
  );
}

function State({ signIn, ended }: { signIn: SignIn | undefined; ended: string | undefined }) {
  const { t, i18n } = useLingui();
  if (signIn === undefined)
    return <Trans>Google and Microsoft let programs sign in with an app that you register there.</Trans>;
  const { trouble, detail, flow, signed_in_at: since } = signIn;
  const troubles = {
    refused: t`The provider refused the sign-in. Sign in again.`,
    unreachable: t`The provider does not answer; it is asked again each minute.`,
    secret: t`What was stored cannot be read any more. Sign in again.`,
  };
  const at = since === null ? "" : exactly(since, i18n.locale);
  return (
    <>
      {ended === "done" ? (
        <p role="status">
          <Trans>The sign-in succeeded.</Trans>
        </p>
      ) : null}
      {ended === "failed" ? (
        <p role="alert" className={styles.trouble}>
          <Trans>The sign-in failed.</Trans> {detail}
        </p>
      ) : null}
      {trouble !== null ? (
        ended === "failed" ? null : (
          <p className={styles.trouble}>
            {troubles[trouble]} {detail}
          </p>
        )
      ) : since !== null ? (
        <Trans>Signed in since {at}.</Trans>
      ) : flow === "client" ? (
        <Trans>The app signs in with the first mail.</Trans>
      ) : (
        <Trans>Not signed in yet.</Trans>
      )}
    </>
  );
}

/** Leads to the provider's page. */
function Begin({ id, unsaved, again }: { id: string; unsaved: boolean; again: boolean }) {
  const { t } = useLingui();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);

  async function begin(): Promise<void> {
    setBusy(true);
    const answer = await ask(beginSignIn({ path: { mailbox_id: id } }));
    if (answer.ok) {
      globalThis.location.assign(answer.value.authorize_url);
      return;
    }
    setProblem(answer.problem);
    setBusy(false);
  }

  const redirect = `${globalThis.location.origin}/api/v1/mailboxes/sign-in/callback`;
  return (
    <section className={styles.part} aria-label={t`Sign in`}>
      <h2>
        <Trans>Sign in</Trans>
      </h2>
      <p className={styles.faint}>
        <Trans>Sign in with the account of the mailbox, not your own. Your app must allow this redirect address:</Trans>{" "}
        <code className={styles.code}>{redirect}</code>
      </p>
      <Button variant="filled" disabled={busy || unsaved} onClick={() => void begin()}>
        {unsaved ? (
          <Trans>Save first</Trans>
        ) : again ? (
          <Trans>Sign in again</Trans>
        ) : (
          <Trans>Sign in at the provider</Trans>
        )}
      </Button>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
    </section>
  );
}
