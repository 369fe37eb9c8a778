import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type ApiKeyView, ask, createApiKey, revokeApiKey, serverNow } from "../../../api";
import { byLargest, byText, found } from "../../../kernel/finding";
import { exactly } from "../../../kernel/moments";
import { problemIn } from "../../../live/records";
import { useMember } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormChecks, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { useGo } from "../../../ui/place";
import { Secret } from "../../../ui/secret";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { useStepUp } from "../../settings";
import { useScopeWords } from "../parts/scope-words";
import { keysQuery } from "../queries";

const section = SECTIONS.keys;

/** Keys with which programs act within some permissions. */
export default function ApiKeysPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const { q, sort } = useAddress();
  const query = useQuery(keysQuery);
  const items = query.data?.items ?? [];
  const order = sort === "used" ? byLargest<ApiKeyView>((key) => key.last_used_at ?? "") : byText<ApiKeyView>((key) => key.name); // prettier-ignore
  const list = (
    <ListPane
      title={t`API keys`}
      rows={found(items, q, ({ name, hint }) => `${name} ${hint}`, order).map((key) => {
        const used = key.last_used_at === null ? t`never used` : exactly(key.last_used_at, i18n.locale);
        return {
          id: key.id,
          name: key.name,
          to: `${section.to}/${key.id}`,
          detail: used,
          ...(isOver(key) ? { off: true, mark: t`expired` } : { mark: `…${key.hint}` }),
        };
      })}
      total={query.data?.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "used", label: t`Last used first` },
      ]}
      add={{ to: `${section.to}/new`, label: t`New key` }}
      empty={<Trans>No keys yet. A key lets a program act for you within its scopes.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find((item) => item.id === id)}>
      {(key) => (key === undefined ? <NewKey /> : <Key apiKey={key} />)}
    </RecordsPage>
  );
}

function isOver({ expires_at }: ApiKeyView): boolean {
  return expires_at !== null && new Date(expires_at).getTime() < serverNow();
}

function NewKey() {
  const { t } = useLingui();
  const go = useGo();
  const after = useAfter(section, "keys");
  const words = useScopeWords();
  const { permissions } = useMember();
  const { confirmed, dialog } = useStepUp();
  const [made, setMade] = useState<{ id: string; key: string }>();
  const form = useForm({
    place: "keys.new",
    saved: { name: "", scopes: [] as readonly string[], expires_at: "" },
    save: async ({ name, scopes, expires_at }) => {
      const end = expires_at === "" ? {} : { expires_at: new Date(`${expires_at}T23:59:59`).toISOString() };
      const answer = await confirmed(() => ask(createApiKey({ body: { name, scopes: [...scopes], ...end } })));
      if (answer.ok) setMade({ id: answer.value.id, key: answer.value.key });
      return problemIn(answer);
    },
  });
  return (
    <FormPane
      form={form}
      title={t`New key`}
      intro={<Trans>A program with this key acts as you, within its scopes and your role.</Trans>}
      create={t`Create`}
    >
      <FormText form={form} name="name" label={t`Name`} help={t`What uses it`} />
      <FormText form={form} name="expires_at" type="date" label={t`Valid until`} help={t`Empty: until it is revoked`} />
      <FormChecks
        form={form}
        name="scopes"
        label={t`It may`}
        choices={Object.entries(words)
          .filter(([scope]) => permissions.some((each) => each === scope))
          .map(([value, label]) => ({ value, label }))}
      />
      {dialog}
      {made === undefined ? null : (
        <Secret
          title={t`The key`}
          explanation={t`Send it as X-API-Key. It is not shown again.`}
          secret={made.key}
          onDone={() => {
            go(`${section.to}/${made.id}`);
            void after.saved({ ok: true, value: undefined, body: undefined, etag: null });
          }}
        />
      )}
    </FormPane>
  );
}

function Key({ apiKey }: { apiKey: ApiKeyView }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "keys");
  const named = new Map(Object.entries(useScopeWords()));
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const made = exactly(apiKey.created_at, i18n.locale);
  const used = apiKey.last_used_at === null ? t`never` : exactly(apiKey.last_used_at, i18n.locale);
  const end = apiKey.expires_at === null ? t`until it is revoked` : exactly(apiKey.expires_at, i18n.locale);
  return (
    <FormPane
      form={form}
      title={apiKey.name}
      foot={
        <DangerZone>
          <DangerAct
            label={t`Revoke this key`}
            effect={<Trans>Programs with this key are refused immediately.</Trans>}
            act={async () => after.deleted(await ask(revokeApiKey({ path: { key_id: apiKey.id } })))}
          />
        </DangerZone>
      }
    >
      <p>
        <Trans>Made: {made}</Trans>
        <br />
        <Trans>Last used: {used}</Trans>
        <br />
        <Trans>Valid until: {end}</Trans>
      </p>
      <section aria-label={t`It may`}>
        <h2>{t`It may`}</h2>
        <ul>
          {apiKey.scopes.map((scope) => (
            <li key={scope}>{scope === "*" ? t`Everything that its owner may` : (named.get(scope) ?? scope)}</li>
          ))}
        </ul>
      </section>
    </FormPane>
  );
}
