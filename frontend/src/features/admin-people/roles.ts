import { useLingui } from "@lingui/react/macro";

import type { Role } from "../../api";
import type { Choice } from "../../ui/form/bound";

type StaffRole = Exclude<Role, "customer">;

/** The roles of the staff with what each may do, weakest first. Owners alone make owners. */
export function useRoles(mayMakeOwners: boolean): readonly Choice<StaffRole>[] {
  const { t } = useLingui();
  const roles: readonly Choice<StaffRole>[] = [
    {
      value: "agent",
      label: t`Agent`,
      help: t`Works on all tickets: replies, notes, changes, assigns; contacts, canned responses, views, articles.`,
    },
    { value: "senior_agent", label: t`Senior agent`, help: t`May do what agents may.` },
    {
      value: "team_lead",
      label: t`Team lead`,
      help: t`Also reports, reading rules, the figures of other agents, tags, deleting contacts.`,
    },
    {
      value: "admin",
      label: t`Admin`,
      help: t`Also this administration, deleting tickets, service levels, webhooks, API keys, the audit log.`,
    },
    { value: "owner", label: t`Owner`, help: t`Also making, changing and removing owners.` },
  ];
  return mayMakeOwners ? roles : roles.filter(({ value }) => value !== "owner");
}
