import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { type AgentView, ask, ifMatch, updateAgent } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { useMember, usePermission } from "../../../live/session";
import { DangerZone } from "../../../ui/confirm";
import { FormChecks, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { PlaceLink } from "../../../ui/place";
import { SECTIONS, useAfter } from "../../admin-frame";
import { groupsQuery, memberQuery } from "../queries";
import { useRoles } from "../roles";
import { MemberAccess, ResetSecondFactor } from "./member-access";
import { RemoveMember } from "./remove-member";

/** The part of a member that admins change. */
function valuesOf(member: AgentView) {
  return {
    name: member.name,
    email: member.email,
    role: member.role as string,
    title: member.title ?? "",
    department: member.department ?? "",
    phone: member.phone ?? "",
    groups: member.groups.map((group) => group.id) as readonly string[],
  };
}

export function MemberForm({ member }: { member: AgentView; etag: string | null }) {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.members, "members", "groups", "staff");
  const mayManage = usePermission("agents:manage");
  const me = useMember();
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const roles = useRoles(me.role === "owner");
  const query = memberQuery(member.id);
  const form = useForm({
    place: `members.${member.id}`,
    saved: valuesOf(member),
    save: async (_values, changes) => {
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const body = { ...changes, ...emptied(changes) };
      return after.saved(
        await ask(
          updateAgent({
            path: { agent_id: member.id },
            body: body as never,
            ...(etag === null ? {} : { headers: ifMatch(etag) }),
          }),
        ),
      );
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  const lowered = roles.findIndex(({ value }) => value === form.values.role) < roles.findIndex(({ value }) => value === member.role); // prettier-ignore
  const readOnly = !mayManage || (member.role === "owner" && me.role !== "owner");
  const { name } = member;
  const open = member.tickets.open;
  const seen = member.last_login_at === null ? t`never` : exactly(member.last_login_at, i18n.locale);
  return (
    <FormPane
      form={form}
      title={member.name}
      readOnly={readOnly}
      intro={
        <>
          <PlaceLink to={`/inbox/all?q=${encodeURIComponent(`assignee:${member.email} status:new,open,pending,hold`)}`}>
            <Plural value={open} one="# open ticket" other="# open tickets" />
          </PlaceLink>
          {" · "}
          <Trans>last signed in: {seen}</Trans>
        </>
      }
      effect={lowered ? <Trans>A lower role signs {name} out everywhere.</Trans> : undefined}
      foot={
        readOnly ? null : (
          <>
            <MemberAccess member={member} />
            {member.id === me.id ? null : (
              <DangerZone>
                {member.two_factor_enabled === true ? <ResetSecondFactor member={member} /> : null}
                <RemoveMember member={member} />
              </DangerZone>
            )}
          </>
        )
      }
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormText form={form} name="email" type="email" label={t`E-mail address`} />
      <FormSelect form={form} name="role" label={t`Role`} choices={roles} />
      <FormText form={form} name="title" label={t`Title`} />
      <FormText form={form} name="department" label={t`Department`} />
      <FormText form={form} name="phone" type="tel" label={t`Phone`} />
      {groups.length === 0 ? null : (
        <FormChecks
          form={form}
          name="groups"
          label={t`Groups`}
          choices={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
    </FormPane>
  );
}

/** Emptied texts are null in v1. */
function emptied(changes: Partial<ReturnType<typeof valuesOf>>): Record<string, null> {
  const nullable = ["title", "department", "phone"] as const;
  return Object.fromEntries(nullable.filter((name) => changes[name]?.trim() === "").map((name) => [name, null]));
}
