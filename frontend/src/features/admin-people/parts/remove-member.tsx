import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type AgentView, ask, bulkUpdate, deleteAgent, listAgentTickets, type Problem } from "../../../api";
import { problemIn } from "../../../live/records";
import { DangerAct } from "../../../ui/confirm";
import { SelectField } from "../../../ui/fields";
import { SECTIONS, useAfter } from "../../admin-frame";
import { staffQuery } from "../queries";

const UNFINISHED = "new,open,pending,hold";
const A_BATCH = 100;

/** Removes a member, after handing the open tickets over. */
export function RemoveMember({ member }: { member: AgentView }) {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.members, "members", "groups", "staff");
  const [heir, setHeir] = useState("");
  const staff = useQuery(staffQuery).data?.value ?? [];
  const { name } = member;
  const open = member.tickets.open;
  return (
    <DangerAct
      label={t`Remove from the organization`}
      effect={
        <>
          <Trans>{name} is signed out, and their API keys end. Their replies and notes stay under their name.</Trans>{" "}
          {open === 0 ? null : <Plural value={open} one="They have # open ticket." other="They have # open tickets." />}
        </>
      }
      act={async () => {
        const refused = heir === "" ? undefined : await handOver(member.id, heir);
        return refused ?? after.deleted(await ask(deleteAgent({ path: { agent_id: member.id } })));
      }}
    >
      {open === 0 ? null : (
        <SelectField
          label={t`Hand the open tickets over to`}
          value={heir}
          onChange={(event) => setHeir(event.currentTarget.value)}
          data={[
            { value: "", label: t`No agent: they become unassigned` },
            ...staff.filter(({ id }) => id !== member.id).map((each) => ({ value: each.id, label: each.name })),
          ]}
        />
      )}
    </DangerAct>
  );
}

/** Assigns all open tickets of a member to another one, a batch at a time. Returns the refusal that ended it. */
async function handOver(from: string, to: string): Promise<Problem | undefined> {
  for (;;) {
    const found = await ask(
      listAgentTickets({ path: { agent_id: from }, query: { status: UNFINISHED, limit: A_BATCH } }),
    );
    if (!found.ok) return problemIn(found);
    const ids = found.value.tickets.map((ticket) => ticket.id);
    if (ids.length === 0) return undefined;
    const moved = await ask(bulkUpdate({ body: { ticket_ids: ids, updates: { assignee_id: to } } }));
    if (!moved.ok) return moved.problem;
    if (moved.value.updated === 0) return undefined; // removing the member then unassigns the rest
  }
}
