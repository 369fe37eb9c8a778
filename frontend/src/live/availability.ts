import { type QueryClient, useQuery } from "@tanstack/react-query";

import { ask, type PeoplePersonView, type Problem, setAgentStatus } from "../api";
import { person } from "./names";
import { useMember, usePermission } from "./session";

export type Availability = PeoplePersonView["availability"];

/** What the member has set; `undefined` until it is known, and for those who cannot set it. */
export function useAvailability(): Availability | undefined {
  const enabled = usePermission("agents:status");
  return useQuery({ ...person(useMember().id), enabled }).data?.availability;
}

/** Sets the member's own, immediately for this page. Returns why the server refused it, or null. */
export async function setAvailability(
  cache: QueryClient,
  id: string,
  availability: Availability,
): Promise<Problem | null> {
  const { queryKey } = person(id);
  await cache.cancelQueries({ queryKey });
  const before = cache.getQueryData<PeoplePersonView | null>(queryKey);
  if (before != null) cache.setQueryData<PeoplePersonView>(queryKey, { ...before, availability });
  const answer = await ask(setAgentStatus({ path: { agent_id: id }, body: { status: availability } }));
  if (!answer.ok) cache.setQueryData<PeoplePersonView | null>(queryKey, before);
  void cache.invalidateQueries({ queryKey: ["people"] });
  return answer.ok ? null : answer.problem;
}
