import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createView, deleteView, updateView, type ViewView } from "../../../api";
import { byLargest, byText, found } from "../../../kernel/finding";
import { sinceRead } from "../../../live/records";
import { useMember } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormCheck, FormChecks, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { ViewQuery } from "../parts/view-query";
import { useViewWords } from "../parts/view-words";
import { viewQuery, viewsQuery } from "../queries";

const section = SECTIONS.views;

/** Saved views: own ones, and those that the whole team sees. */
export default function ViewsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const me = useMember();
  const { q, sort } = useAddress();
  const query = useQuery(viewsQuery);
  const one = useQuery({ ...viewQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const sharedBy = (owner: string) => t`shared by ${owner}`;
  const order = sort === "count" ? byLargest<ViewView>((view) => view.count ?? 0) : byText<ViewView>((view) => view.name); // prettier-ignore
  const list = (
    <ListPane
      title={t`Views`}
      rows={found(query.data?.items ?? [], q, ({ name, query: words }) => `${name} ${words}`, order).map((view) => ({
        id: view.id,
        name: view.name,
        to: `${section.to}/${view.id}`,
        detail: view.owner_id === me.id ? (view.shared ? t`yours, shared` : t`yours`) : sharedBy(view.owner_name),
        ...(view.count === null ? {} : { mark: String(view.count) }),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "count", label: t`Most tickets` },
      ]}
      add={{ to: `${section.to}/new`, label: t`New view` }}
      empty={<Trans>No saved views yet. A view is a search with a name.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(view) => <ViewForm view={view?.value} />}
    </RecordsPage>
  );
}

function valuesOf(view: ViewView | undefined) {
  return {
    name: view?.name ?? "",
    query: view?.query ?? "",
    shared: view?.shared ?? false,
    sort: (view?.sort ?? "updated_at") as string,
    order: (view?.order ?? "desc") as string,
    columns: (view?.columns ?? []) as readonly string[],
  };
}

function ViewForm({ view }: { view: ViewView | undefined }) {
  const { t } = useLingui();
  const { sorts, columns } = useViewWords();
  const cache = useQueryClient();
  const after = useAfter(section, "views");
  const query = viewQuery(view?.id ?? "new");
  const form = useForm({
    place: `views.${view?.id ?? "new"}`,
    saved: valuesOf(view),
    save: async (values, changes) =>
      view === undefined
        ? after.created(await ask(createView({ body: { ...changes, name: values.name } as never })))
        : after.saved(
            await ask(updateView({ path: { view_id: view.id }, body: changes as never, ...sinceRead(cache, query) })),
          ),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={view?.name ?? t`New view`}
      {...(view === undefined ? { create: t`Create` } : {})}
      foot={view === undefined ? null : <DeleteView view={view} />}
    >
      <FormText form={form} name="name" label={t`Name`} />
      <ViewQuery form={form} />
      <FormCheck form={form} name="shared" label={t`Shared with the whole team`} />
      <FormSelect form={form} name="sort" label={t`Sorted by`} choices={sorts} />
      <FormSelect
        form={form}
        name="order"
        label={t`Order`}
        choices={[
          { value: "desc", label: t`Largest or newest first` },
          { value: "asc", label: t`Smallest or oldest first` },
        ]}
      />
      <FormChecks form={form} name="columns" label={t`Columns in compact lists`} choices={columns} />
    </FormPane>
  );
}

function DeleteView({ view }: { view: ViewView }) {
  const { t } = useLingui();
  const after = useAfter(section, "views");
  return (
    <DangerZone>
      <DangerAct
        label={t`Delete this view`}
        effect={
          view.shared ? <Trans>It disappears for the whole team. Tickets stay.</Trans> : <Trans>Tickets stay.</Trans>
        }
        act={async () => after.deleted(await ask(deleteView({ path: { view_id: view.id } })))}
      />
    </DangerZone>
  );
}
