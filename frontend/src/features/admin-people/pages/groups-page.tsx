import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createGroup, deleteGroup, type GroupDetails, ifMatch, updateGroup } from "../../../api";
import { byLargest, byText, found } from "../../../kernel/finding";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormChecks, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { groupQuery, groupsQuery, staffQuery } from "../queries";

const section = SECTIONS.groups;

/** Groups of agents who share a queue. */
export default function GroupsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q, sort } = useAddress();
  const mayManage = usePermission("groups:manage");
  const query = useQuery(groupsQuery);
  const one = useQuery({ ...groupQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const order = sort === "open" ? byLargest<{ open_tickets: number }>((group) => group.open_tickets) : byText<{ name: string }>((group) => group.name); // prettier-ignore
  const list = (
    <ListPane
      title={t`Groups`}
      rows={found(query.data?.items ?? [], q, ({ name, description }) => `${name} ${description}`, order).map(
        (group) => ({
          id: group.id,
          name: group.name,
          to: `${section.to}/${group.id}`,
          detail: <Plural value={group.members_count} one="# member" other="# members" />,
          mark: <Plural value={group.open_tickets} one="# open" other="# open" />,
        }),
      )}
      total={query.data?.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "open", label: t`Most open tickets` },
      ]}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New group` } } : {})}
      empty={<Trans>No groups yet. Agents of a group share a queue of tickets.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(group) => <GroupForm group={group?.value} />}
    </RecordsPage>
  );
}

function valuesOf(group: GroupDetails | undefined) {
  return {
    name: group?.name ?? "",
    description: group?.description ?? "",
    member_ids: (group?.members.map(({ id }) => id) ?? []) as readonly string[],
    lead_ids: (group?.members.filter(({ role }) => role === "lead").map(({ id }) => id) ?? []) as readonly string[],
  };
}

function GroupForm({ group }: { group: GroupDetails | undefined }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "groups", "members", "staff");
  const mayManage = usePermission("groups:manage");
  const query = groupQuery(group?.id ?? "new");
  const form = useForm({
    place: `groups.${group?.id ?? "new"}`,
    saved: valuesOf(group),
    save: async ({ name, description, member_ids, lead_ids }, changes) => {
      const leads = lead_ids.filter((id) => member_ids.includes(id));
      if (group === undefined) {
        const body = { name, description, member_ids: [...member_ids], lead_ids: leads };
        return after.created(await ask(createGroup({ body })));
      }
      const people = changes.member_ids === undefined && changes.lead_ids === undefined ? {} : { lead_ids: leads };
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      return after.saved(
        await ask(updateGroup({ path: { group_id: group.id }, body: { ...changes, ...people } as never, ...headers })),
      );
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={group?.name ?? t`New group`}
      readOnly={!mayManage}
      {...(group === undefined ? { create: t`Create` } : {})}
      intro={group === undefined ? undefined : <OpenTickets group={group} />}
      foot={group === undefined || !mayManage ? null : <DeleteGroup group={group} />}
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormArea form={form} name="description" label={t`Description`} rows={2} />
      <GroupPeople form={form} members={group?.members ?? []} />
    </FormPane>
  );
}

type GroupValues = ReturnType<typeof valuesOf>;

/** The members of a group, and which of them lead it. */
function GroupPeople({ form, members }: { form: Form<GroupValues>; members: GroupDetails["members"] }) {
  const { t } = useLingui();
  const staff = useQuery(staffQuery).data?.value ?? [];
  // Members who are not among the first hundred of the staff stay choosable.
  const known = new Map([...members, ...staff].map(({ id, name }) => [id, name]));
  const choices = [...known].map(([value, label]) => ({ value, label })).sort(byText(({ label }) => label));
  const chosen = choices.filter(({ value }) => form.values.member_ids.includes(value));
  return (
    <>
      <FormChecks form={form} name="member_ids" label={t`Members`} choices={choices} />
      {chosen.length === 0 ? null : (
        <FormChecks
          form={form}
          name="lead_ids"
          label={t`Leads`}
          help={t`Rules can notify the leads of a group.`}
          choices={chosen}
        />
      )}
    </>
  );
}

function DeleteGroup({ group }: { group: GroupDetails }) {
  const { t } = useLingui();
  const after = useAfter(section, "groups", "members", "staff");
  const open = group.open_tickets;
  return (
    <DangerZone>
      <DangerAct
        label={t`Delete this group`}
        effect={
          <Plural
            value={open}
            one="# open ticket is left without a group. Its members and older tickets stay."
            other="# open tickets are left without a group. Its members and older tickets stay."
          />
        }
        act={async () => after.deleted(await ask(deleteGroup({ path: { group_id: group.id } })))}
      />
    </DangerZone>
  );
}

function OpenTickets({ group }: { group: GroupDetails }) {
  const open = group.open_tickets;
  return (
    <PlaceLink to={`/inbox/open?q=${encodeURIComponent(`group:"${group.name}"`)}`}>
      <Plural value={open} one="# open ticket" other="# open tickets" />
    </PlaceLink>
  );
}
