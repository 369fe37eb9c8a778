import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import {
  ask,
  type InvitationView,
  invite,
  resendInvitation,
  revokeInvitation,
  type Role,
  serverNow,
} from "../../../api";
import { byLargest, found } from "../../../kernel/finding";
import { exactly } from "../../../kernel/moments";
import { useMember } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { Button } from "../../../ui/button";
import { FormChecks, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { groupsQuery, invitationsQuery } from "../queries";
import { useRoles } from "../roles";

const section = SECTIONS.invitations;

/** Invitations that were not accepted yet. */
export default function InvitationsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const roles = useRoles(true);
  const query = useQuery(invitationsQuery);
  const items = query.data?.items ?? [];
  const shown = found(
    items,
    q,
    ({ name, email }) => `${name} ${email}`,
    byLargest(({ invited_at }) => invited_at),
  );
  const list = (
    <ListPane
      title={t`Invitations`}
      rows={shown.map((item) => ({
        id: item.id,
        name: item.email,
        to: `${section.to}/${item.id}`,
        detail: roles.find(({ value }) => value === item.role)?.label ?? item.role,
        ...(isOver(item) ? { mark: t`expired`, off: true } : {}),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      add={{ to: `${section.to}/new`, label: t`Invite` }}
      empty={<Trans>No invitation waits for an answer.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find((item) => item.id === id)}>
      {(invitation) => (invitation === undefined ? <Invite /> : <Invitation invitation={invitation} />)}
    </RecordsPage>
  );
}

function isOver({ expires_at }: InvitationView): boolean {
  return new Date(expires_at).getTime() < serverNow();
}

function Invite() {
  const { t } = useLingui();
  const after = useAfter(section, "invitations", "members", "staff");
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const roles = useRoles(useMember().role === "owner");
  const form = useForm({
    place: "invitations.new",
    saved: { email: "", name: "", role: "agent", group_ids: [] as readonly string[] },
    save: async ({ name, role, group_ids, email }) =>
      after.created(
        await ask(
          invite({
            body: { email, role: role as Role, group_ids: [...group_ids], ...(name.trim() === "" ? {} : { name }) },
          }),
        ),
      ),
  });
  return (
    <FormPane
      form={form}
      title={t`Invite a member`}
      intro={<Trans>A mail with a link goes to the address. The link is valid for 7 days.</Trans>}
      create={t`Send the invitation`}
    >
      <FormText form={form} name="email" type="email" label={t`E-mail address`} />
      <FormText form={form} name="name" label={t`Name`} help={t`Can be left empty; members can change it.`} />
      <FormSelect form={form} name="role" label={t`Role`} choices={roles} />
      {groups.length === 0 ? null : (
        <FormChecks
          form={form}
          name="group_ids"
          label={t`Groups`}
          choices={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
    </FormPane>
  );
}

function Invitation({ invitation }: { invitation: InvitationView }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "invitations", "members");
  const [sent, setSent] = useState(false);
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const path = { user_id: invitation.id };
  const until = exactly(invitation.expires_at, i18n.locale);
  const inviter = invitation.invited_by?.name ?? t`a former member`;

  async function resend(): Promise<void> {
    const refused = await after.saved(await ask(resendInvitation({ path })));
    setSent(refused === undefined);
  }

  return (
    <FormPane
      form={form}
      title={invitation.email}
      foot={
        <DangerZone>
          <Button onClick={() => void resend()}>
            <Trans>Send again</Trans>
          </Button>
          <DangerAct
            label={t`Withdraw the invitation`}
            effect={<Trans>The link in the mail stops working.</Trans>}
            act={async () => after.deleted(await ask(revokeInvitation({ path })))}
          />
        </DangerZone>
      }
    >
      <p>
        <Trans>Invited by {inviter}.</Trans>{" "}
        {isOver(invitation) ? (
          <Trans>The link expired: {until}.</Trans>
        ) : (
          <Trans>The link is valid until {until}.</Trans>
        )}
      </p>
      <p role="status">{sent ? <Trans>A new mail is on its way.</Trans> : null}</p>
    </FormPane>
  );
}
