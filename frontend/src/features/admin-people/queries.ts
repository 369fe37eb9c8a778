import {
  type AgentView,
  findPeople,
  getAgent,
  getGroup,
  listAgents,
  listAgentSessions,
  listGroups,
  listInvitations,
} from "../../api";
import { pagedList, record, wholeList } from "../../live/records";

type Sort = NonNullable<NonNullable<Parameters<typeof listAgents>[0]>["query"]>["sort"];

/** Members, searched and ordered by the server. */
export const membersQuery = (search: string, sort: Sort) =>
  pagedList<AgentView, { search?: string; sort?: Sort }>(
    "members",
    { ...(search === "" ? {} : { search }), sort },
    (query, signal) =>
      listAgents({ query: { ...query, order: query.sort === "created_at" ? "desc" : "asc" } as never, signal }),
  );

export const memberQuery = (id: string) =>
  record("members", id, (signal) => getAgent({ path: { agent_id: id }, signal }));

/** Where a member is signed in, at most a hundred sessions. */
export const memberSessionsQuery = (id: string) =>
  record("member-sessions", id, (signal) =>
    listAgentSessions({ path: { agent_id: id }, query: { limit: 100 }, signal }),
  );

export const groupsQuery = wholeList("groups", (query, signal) => listGroups({ query, signal }));

export const groupQuery = (id: string) =>
  record("groups", id, (signal) => getGroup({ path: { group_id: id }, signal }));

export const invitationsQuery = wholeList("invitations", (query, signal) => listInvitations({ query, signal }));

/** Staff to choose from, at most a hundred. */
export const staffQuery = record("staff", "all", (signal) =>
  findPeople({ query: { kind: "staff", limit: 100 }, signal }),
);
