import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createStatus, ifMatch, type OwnStatusView, retireStatus, type Status, updateStatus } from "../../../api";
import { found } from "../../../kernel/finding";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { Button } from "../../../ui/button";
import { FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { STATUS_MARKS, STATUS_WORDS } from "../../ticket";
import { statusesQuery, statusQuery } from "../queries";

const section = SECTIONS.statuses;

/** Statuses of the organization's own, each within one of the six. */
export default function StatusesPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayManage = usePermission("fields:manage");
  const query = useQuery(statusesQuery);
  const one = useQuery({ ...statusQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Statuses`}
      rows={found(
        query.data?.items ?? [],
        q,
        ({ name }) => name,
        (one, other) => one.position - other.position,
      ).map(({ id: each, name, category, retired }) => ({
        id: each,
        name,
        to: `${section.to}/${each}`,
        detail: `${STATUS_MARKS[category]} ${i18n._(STATUS_WORDS[category])}`,
        ...(retired ? { off: true, mark: t`retired` } : {}),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New status` } } : {})}
      empty={
        <Trans>
          Only the six statuses that every desk has. One of your own says more, such as “waiting for parts”.
        </Trans>
      }
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(status) => <StatusForm status={status?.value} />}
    </RecordsPage>
  );
}

function StatusForm({ status }: { status: OwnStatusView | undefined }) {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "statuses");
  const mayManage = usePermission("fields:manage");
  const query = statusQuery(status?.id ?? "new");
  const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
  const headers = etag === null ? {} : { headers: ifMatch(etag) };
  const valuesOf = (from: OwnStatusView | undefined) => ({
    name: from?.name ?? "",
    customer_name: from?.customer_name ?? "",
    category: (from?.category ?? "pending") as string,
  });
  const form = useForm({
    place: `statuses.${status?.id ?? "new"}`,
    saved: valuesOf(status),
    save: async (values, changes) => {
      const named = (text: string) => text.trim() || null;
      if (status === undefined) {
        const { name, category, customer_name: shown } = values;
        const body = { name, category: category as Status, customer_name: named(shown) };
        return after.created(await ask(createStatus({ body })));
      }
      const { name, customer_name: shown } = changes;
      const body = {
        ...(name === undefined ? {} : { name }),
        ...(shown === undefined ? {} : { customer_name: named(shown) }),
      };
      return after.saved(await ask(updateStatus({ path: { status_id: status.id }, body, ...headers })));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  const tickets = status === undefined ? "" : `/inbox/all?q=${encodeURIComponent(`status:"${status.name}"`)}`;
  return (
    <FormPane
      form={form}
      title={status?.name ?? t`New status`}
      readOnly={!mayManage}
      {...(status === undefined ? { create: t`Create` } : {})}
      foot={status === undefined || !mayManage ? null : <Foot status={status} headers={headers} />}
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormText
        form={form}
        name="customer_name"
        label={t`Name for customers`}
        help={t`Empty: they see the status that it is within.`}
      />
      <FormSelect
        form={form}
        name="category"
        label={t`Within`}
        disabled={status !== undefined}
        help={t`Clocks, reports and rules treat it as this status. It cannot be changed later.`}
        choices={(Object.keys(STATUS_WORDS) as Status[]).map((value) => ({
          value,
          label: i18n._(STATUS_WORDS[value]),
        }))}
      />
      {status === undefined ? null : (
        <p>
          <PlaceLink to={tickets}>
            <Trans>Tickets in this status</Trans>
          </PlaceLink>
        </p>
      )}
    </FormPane>
  );
}

function Foot({ status, headers }: { status: OwnStatusView; headers: object }) {
  const { t } = useLingui();
  const after = useAfter(section, "statuses");
  const path = { status_id: status.id };
  if (status.retired) {
    return (
      <Button onClick={() => void ask(updateStatus({ path, body: { retired: false }, ...headers })).then(after.saved)}>
        <Trans>Use it again</Trans>
      </Button>
    );
  }
  return (
    <DangerZone>
      <DangerAct
        label={t`Retire this status`}
        effect={<Trans>It can no longer be chosen. Tickets that have it keep it.</Trans>}
        act={async () => after.saved(await ask(retireStatus({ path, ...headers })))}
      />
    </DangerZone>
  );
}
