import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";

import { askOrThrow, findPeople, type PeoplePersonView } from "../api";

const GATHER_MS = 20;
const MOST = 50;
type Person = PeoplePersonView;

let wanted = new Map<string, (found: Person | null) => void>();

/** A member of the staff by id; those asked for at the same time are fetched in one request. `null` for others. */
export function person(id: string) {
  return queryOptions({
    queryKey: ["person", id],
    queryFn: () => new Promise<Person | null>((resolve) => gather(id, resolve)),
  });
}

/** The names of some members of the staff, as far as they are known. */
export function useNames(ids: readonly string[]): ReadonlyMap<string, string> {
  return useQueries({
    queries: ids.map(person),
    combine: (found) => new Map(found.flatMap(({ data }) => (data == null ? [] : [[data.id, data.name]]))),
  });
}

/** The own picture of a member of the staff, once it is known; `null` where there is none. */
export function usePicture(id: string): string | null {
  return useQuery(person(id)).data?.avatar_url ?? null;
}

function gather(id: string, resolve: (found: Person | null) => void): void {
  const before = wanted.get(id);
  wanted.set(id, (found) => {
    before?.(found);
    resolve(found);
  });
  if (wanted.size === 1) setTimeout(() => void fetchWanted(), GATHER_MS);
}

async function fetchWanted(): Promise<void> {
  const waiting = wanted;
  wanted = new Map();
  const ids = [...waiting.keys()];
  for (let first = 0; first < ids.length; first += MOST) {
    const some = ids.slice(first, first + MOST);
    const query = { ids: some.join(","), limit: MOST };
    const found = await askOrThrow(findPeople({ query })).catch((): Person[] => []);
    for (const id of some) waiting.get(id)?.(found.find((each) => each.id === id) ?? null);
  }
}
