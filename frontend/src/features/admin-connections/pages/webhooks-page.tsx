import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { byText, found } from "../../../kernel/finding";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { NewWebhook, WebhookForm } from "../parts/webhook-form";
import { webhookQuery, webhooksQuery } from "../queries";

const section = SECTIONS.webhooks;

/** Addresses to which Deskbell sends what happens. */
export default function WebhooksPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const query = useQuery(webhooksQuery);
  const items = query.data?.items ?? [];
  const one = useQuery({ ...webhookQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Webhooks`}
      rows={found(
        items,
        q,
        ({ url }) => url,
        byText(({ url }) => url),
      ).map((webhook) => ({
        id: webhook.id,
        name: webhook.url.replace(/^https?:\/\//, ""),
        to: `${section.to}/${webhook.id}`,
        ...(webhook.enabled ? {} : { off: true, mark: t`off` }),
        ...(webhook.enabled && webhook.failing_since !== null ? { mark: t`failing` } : {}),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      add={{ to: `${section.to}/new`, label: t`New webhook` }}
      empty={<Trans>No webhooks yet. They call your programs when something happens.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(webhook) => (webhook === undefined ? <NewWebhook /> : <WebhookForm webhook={webhook.value} />)}
    </RecordsPage>
  );
}
