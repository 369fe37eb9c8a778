import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import type { Words } from "../../../kernel/commands";
import { matchRank } from "../../../kernel/matching";
import { type Availability, setAvailability, useAvailability } from "../../../live/availability";
import { useMember, usePermission } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import { tell } from "../../../ui/last-act";
import { MenuDivider, MenuItem, MenuLabel } from "../../../ui/menu";
import { availability } from "../commands";

const WORDS: Readonly<Record<Availability, Words>> = {
  online: msg`Online`,
  busy: msg`Busy`,
  away: msg`Away`,
  offline: msg`Offline`,
};
const ALL = Object.keys(WORDS) as Availability[];

/** In the account's menu: whether one takes chats and new tickets. */
export function AvailabilityItems() {
  const { i18n } = useLingui();
  const may = usePermission("agents:status");
  const present = useAvailability();
  const set = useSetting();
  if (!may) return null;
  return (
    <>
      <MenuLabel>
        <Trans>Availability</Trans>
      </MenuLabel>
      {ALL.map((each) => (
        <MenuItem
          key={each}
          current={each === present}
          rightSection={each === present ? "✓" : null}
          onClick={() => set(each)}
        >
          {i18n._(WORDS[each])}
        </MenuItem>
      ))}
      <MenuDivider />
    </>
  );
}

/** The same from the palette. */
export function AvailabilityCommand(): null {
  const { i18n } = useLingui();
  const may = usePermission("agents:status");
  const set = useSetting();
  const choices = ALL.map((each) => ({ id: each, label: i18n._(WORDS[each]), run: () => set(each) }));
  const choose = (typed: string) => choices.filter(({ label }) => matchRank(label, typed) > 0);
  useCommand(availability, may ? { digits: true, choose } : undefined);
  return null;
}

function useSetting(): (chosen: Availability) => void {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const { id } = useMember();
  return (chosen) =>
    void setAvailability(cache, id, chosen).then((problem) => {
      const word = i18n._(WORDS[chosen]);
      const why = problem?.message || t`The server cannot be reached.`;
      tell(problem === null ? t`Availability: ${word}` : t`Availability not set: ${why}`);
    });
}
