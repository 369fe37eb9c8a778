import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  ask,
  registerWebhook,
  removeWebhook,
  rotateSecret,
  sendTest,
  updateWebhook,
  type WebhookView,
} from "../../../api";
import { exactly } from "../../../kernel/moments";
import { problemIn, sinceRead } from "../../../live/records";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormCheck, FormChecks, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, useForm } from "../../../ui/form/use-form";
import { useGo } from "../../../ui/place";
import { Secret } from "../../../ui/secret";
import { SECTIONS, useAfter } from "../../admin-frame";
import { Deliveries } from "./deliveries";
import { EVENT_TYPES, useEventWords } from "./event-words";
import { webhookQuery } from "../queries";

const section = SECTIONS.webhooks;

interface Values {
  url: string;
  event_types: readonly string[];
  include_internal: boolean;
  enabled: boolean;
}

/** A new webhook, whose secret is shown once. */
export function NewWebhook() {
  const { t } = useLingui();
  const after = useAfter(section, "webhooks");
  const go = useGo();
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const form = useForm<Values>({
    place: "webhooks.new",
    saved: { url: "", event_types: [], include_internal: false, enabled: true },
    save: async ({ url, event_types, include_internal }) => {
      const answer = await ask(registerWebhook({ body: { url, event_types: event_types as never, include_internal } }));
      if (answer.ok) setMade({ id: answer.value.id, secret: answer.value.secret });
      return problemIn(answer);
    },
  });
  return (
    <FormPane form={form} title={t`New webhook`} create={t`Create`}>
      <Fields form={form} />
      {made === undefined ? null : (
        <Secret
          title={t`Secret of the webhook`}
          explanation={t`Your program checks the signature of each call with it. It is not shown again.`}
          secret={made.secret}
          onDone={() => {
            go(`${section.to}/${made.id}`);
            void after.saved({ ok: true, value: undefined, body: undefined, etag: null });
          }}
        />
      )}
    </FormPane>
  );
}

function valuesOf({ url, event_types, include_internal, enabled }: WebhookView): Values {
  return { url, event_types, include_internal, enabled };
}

export function WebhookForm({ webhook }: { webhook: WebhookView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "webhooks", "deliveries");
  const [secret, setSecret] = useState<string>();
  const path = { webhook_id: webhook.id };
  const query = webhookQuery(webhook.id);
  const form = useForm<Values>({
    place: `webhooks.${webhook.id}`,
    saved: valuesOf(webhook),
    save: async (_values, changes) =>
      after.saved(await ask(updateWebhook({ path, body: changes as never, ...sinceRead(cache, query) }))),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={webhook.url}
      intro={<State webhook={webhook} />}
      foot={
        <>
          <Deliveries id={webhook.id} test={async () => after.saved(await ask(sendTest({ path })))} />
          <DangerZone>
            <DangerAct
              label={t`Change the secret`}
              effect={
                <Trans>Calls are signed with the new secret from now on; give it to your program first thing.</Trans>
              }
              act={async () => {
                const answer = await ask(rotateSecret({ path }));
                if (answer.ok) setSecret(answer.value.secret);
                return problemIn(answer);
              }}
            />
            <DangerAct
              label={t`Delete this webhook`}
              effect={<Trans>Its deliveries are deleted, too. Nothing is sent to the address any more.</Trans>}
              act={async () => after.deleted(await ask(removeWebhook({ path })))}
            />
          </DangerZone>
          {secret === undefined ? null : (
            <Secret
              title={t`New secret of the webhook`}
              explanation={t`It is not shown again.`}
              secret={secret}
              onDone={() => setSecret(undefined)}
            />
          )}
        </>
      }
    >
      <FormCheck form={form} name="enabled" label={t`On`} />
      <Fields form={form} />
    </FormPane>
  );
}

function State({ webhook }: { webhook: WebhookView }) {
  const { i18n } = useLingui();
  if (webhook.disabled_reason !== null && !webhook.enabled) return webhook.disabled_reason;
  if (webhook.failing_since === null) return null;
  const since = exactly(webhook.failing_since, i18n.locale);
  return <Trans>Calls have failed since {since}.</Trans>;
}

function Fields({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const words = useEventWords();
  const types = [...new Set([...EVENT_TYPES, ...form.values.event_types])];
  return (
    <>
      <FormText form={form} name="url" type="url" label={t`Address`} help={t`Begins with https://`} />
      <FormChecks
        form={form}
        name="event_types"
        label={t`Events`}
        help={t`Without any chosen, all of them are sent.`}
        choices={types.map((value) => ({ value, label: words[value] ?? value }))}
      />
      <FormCheck
        form={form}
        name="include_internal"
        label={t`Also internal notes`}
        help={t`The words of your team leave Deskbell then.`}
      />
    </>
  );
}
