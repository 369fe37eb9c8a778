import { useLingui } from "@lingui/react/macro";

import type { PeoplePersonView } from "../../api";

type Person = Pick<PeoplePersonView, "email" | "availability" | "presence">;

/** The words next to a name in a list of colleagues: whether the person is there, and the address. */
export function usePersonDetail(): (person: Person) => string {
  const { t } = useLingui();
  return ({ email, availability, presence }) => {
    const there =
      presence === "offline" ? null : presence === "away" || availability === "away" ? t`away` : t`here now`;
    const said = availability === "busy" && presence !== "offline" ? t`busy` : there;
    return said === null ? email : `${said} · ${email}`;
  };
}
