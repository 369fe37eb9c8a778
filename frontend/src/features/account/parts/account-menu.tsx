import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { initials } from "../../../kernel/initials";
import { useMember } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { SettingsIcon, SignOutIcon } from "../../../ui/icons";
import { Menu, MenuItem, MenuLabel } from "../../../ui/menu";
import { useGo } from "../../../ui/place";
import { signOutCommand } from "../commands";
import styles from "./account-menu.module.css";
import { signOut } from "./sign-out";

/** One's own initials at the foot of the rail, with who one is and the way out; on a phone also `places` that the bar has no room for. */
export function AccountMenu({ places }: { places: readonly { to: string; label: string }[] }) {
  const { t } = useLingui();
  const { name, email } = useMember();
  const go = useGo();
  const cache = useQueryClient();
  const leave = () => void signOut(cache);
  useCommand(signOutCommand, leave);
  return (
    <Menu
      position="right-end"
      width={240}
      button={
        <button
          type="button"
          className={styles.avatar}
          aria-label={t`Your account: ${name}`}
          data-initials={initials(name)}
        />
      }
    >
      <MenuLabel>
        {name}
        <br />
        {email}
      </MenuLabel>
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
      <MenuItem leftSection={<SignOutIcon size={16} aria-hidden />} onClick={leave}>
        <Trans>Sign out</Trans>
      </MenuItem>
    </Menu>
  );
}

/** As `shell.module.css` has it. */
function narrow(): boolean {
  return window.matchMedia("(max-width: 50em)").matches;
}
