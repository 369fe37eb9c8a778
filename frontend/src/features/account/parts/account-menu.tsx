import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { Suspense, useState } from "react";

import { initials } from "../../../kernel/initials";
import { useAvailability } from "../../../live/availability";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { SettingsIcon, SignOutIcon } from "../../../ui/icons";
import { tell } from "../../../ui/last-act";
import { later, loaded } from "../../../ui/later";
import { Menu, MenuItem, MenuLabel } from "../../../ui/menu";
import { useGo } from "../../../ui/place";
import { signOutCommand } from "../commands";
import styles from "./account-menu.module.css";
import type { OnlyHere } from "./sign-out";

const load = () => import("./availability");
const AvailabilityItems = later(async () => (await load()).AvailabilityItems);
const SignOutQuestion = later(async () => (await import("./sign-out-question")).SignOutQuestion);
const AvailabilityCommand = later(async () => (await load()).AvailabilityCommand);

/** One's own initials at the foot of the rail, with who one is and the way out; on a phone also `places` that the bar has no room for. */
export function AccountMenu({ places }: { places: readonly { to: string; label: string }[] }) {
  const { t } = useLingui();
  const { id, name, email } = useMember();
  const [left, setLeft] = useState<OnlyHere>();
  const go = useGo();
  const cache = useQueryClient();
  const availability = useAvailability();

  async function leave(forget?: boolean): Promise<void> {
    setLeft(undefined);
    const { onlyHere, signOut } = await loaded(() => import("./sign-out"));
    const found = forget === undefined ? await onlyHere(id) : undefined;
    if (found !== undefined && found.drafts.length + found.tickets.length > 0) {
      setLeft(found);
      return;
    }
    const problem = await signOut(cache, id, forget === true);
    if (problem === null) return;
    const why = problem.message || t`The server cannot be reached.`;
    tell(t`Not signed out: ${why}`);
  }

  useCommand(signOutCommand, () => void leave());
  return (
    <>
      <Suspense fallback={null}>
        <AvailabilityCommand />
      </Suspense>
      <Menu
        position="right-end"
        width={240}
        button={
          <button
            type="button"
            className={styles.avatar}
            aria-label={t`Your account: ${name}`}
            data-initials={initials(name)}
            data-availability={availability}
          />
        }
      >
        <MenuLabel>
          {name}
          <br />
          {email}
        </MenuLabel>
        <Suspense fallback={null}>
          <AvailabilityItems />
        </Suspense>
        <MenuItem leftSection={<SettingsIcon size={16} aria-hidden />} onClick={() => go("/settings/profile")}>
          <Trans>Own settings</Trans>
        </MenuItem>
        {narrow()
          ? places.map(({ to, label }) => (
              <MenuItem key={to} onClick={() => go(to)}>
                {label}
              </MenuItem>
            ))
          : null}
        <MenuItem leftSection={<SignOutIcon size={16} aria-hidden />} onClick={() => void leave()}>
          <Trans>Sign out</Trans>
        </MenuItem>
      </Menu>
      {left === undefined ? null : (
        <Suspense fallback={null}>
          <SignOutQuestion left={left} leave={(forget) => void leave(forget)} stay={() => setLeft(undefined)} />
        </Suspense>
      )}
    </>
  );
}

/** As `shell.module.css` has it. */
function narrow(): boolean {
  return window.matchMedia("(max-width: 50em)").matches;
}
