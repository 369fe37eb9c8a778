import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { usePermission } from "../../../live/session";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { MemberForm } from "../parts/member-form";
import { memberQuery, membersQuery } from "../queries";
import { useRoles } from "../roles";

const section = SECTIONS.members;

/** The staff: roles, groups, and how to part with a member without losing tickets. */
export default function MembersPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q, sort } = useAddress();
  const roles = useRoles(true);
  const mayInvite = usePermission("members:manage");
  const query = useInfiniteQuery(membersQuery(q, sort === "created_at" ? "created_at" : "name"));
  const one = useQuery({ ...memberQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const members = query.data?.pages.flatMap((page) => page.data) ?? [];
  const availability = { online: t`online`, busy: t`busy`, away: t`away`, offline: t`offline` };
  const list = (
    <ListPane
      title={t`Members`}
      rows={members.map((member) => ({
        id: member.id,
        name: member.name,
        to: `${section.to}/${member.id}`,
        detail: [
          roles.find(({ value }) => value === member.role)?.label ?? member.role,
          ...member.groups.map((group) => group.name),
          ...(member.two_factor_enabled === true ? [t`second factor`] : []),
        ].join(" · "),
        mark: availability[member.status],
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "created_at", label: t`Newest first` },
      ]}
      {...(mayInvite ? { add: { to: `${SECTIONS.invitations.to}/new`, label: t`Invite` } } : {})}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No members match.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(member) => (member === undefined ? null : <MemberForm member={member.value} etag={member.etag} />)}
    </RecordsPage>
  );
}
