import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { counted } from "../../../kernel/numbers";
import { type Narrowing, type Sort, SORTS, type View } from "../../../kernel/views";
import { changePreferences } from "../../../live/preferences";
import { useCommand } from "../../../ui/commands";
import { ChevronIcon, ViewsIcon } from "../../../ui/icons";
import { Menu, MenuDivider, MenuItem, MenuLabel } from "../../../ui/menu";
import { tell } from "../../../ui/last-act";
import { comfortable, compact, cosy } from "../commands";
import { SORT_WORDS } from "../words";
import styles from "./list-head.module.css";
import type { Density } from "./ticket-row";

interface Props {
  name: string;
  total: number | null;
  view: View;
  density: Density;
  onViews: () => void;
  narrow: (changes: Narrowing) => void;
}

/** Name and exact count of the list, its order and the height of its rows. */
export function ListHead({ name, total, view, density, onViews, narrow }: Props) {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();

  async function setDensity(chosen: Density): Promise<void> {
    const answer = await changePreferences(cache, { density: chosen });
    if (answer.ok) return;
    const why = answer.problem.message || t`The server cannot be reached.`;
    tell(t`Not changed: ${why}`);
  }

  useCommand(comfortable, () => void setDensity("comfortable"));
  useCommand(cosy, () => void setDensity("cosy"));
  useCommand(compact, () => void setDensity("compact"));
  const sorts = Object.keys(SORTS) as Sort[];
  const densities: [Density, string][] = [
    ["comfortable", i18n._(comfortable.words)],
    ["cosy", i18n._(cosy.words)],
    ["compact", i18n._(compact.words)],
  ];
  const down = view.order === "desc";
  return (
    <header className={styles.head}>
      <button type="button" className={styles.views} aria-label={t`Views`} onClick={onViews}>
        <ViewsIcon size={18} aria-hidden />
      </button>
      <h1 className={styles.name}>
        <bdi>{name}</bdi>
        {total === null ? null : <span className={styles.total}> · {counted(total, i18n.locale)}</span>}
      </h1>
      <Menu
        position="bottom-end"
        width={220}
        button={
          <button type="button" className={styles.sort}>
            <span className={styles.sorted}>{i18n._(SORT_WORDS[view.sort])}</span>
            <span role="img" aria-label={down ? t`descending` : t`ascending`}>
              {down ? "↓" : "↑"}
            </span>
            <ChevronIcon size={14} aria-hidden />
          </button>
        }
      >
        <MenuLabel>
          <Trans>Sorted by</Trans>
        </MenuLabel>
        {sorts.map((sort) => (
          <Choice
            key={sort}
            chosen={sort === view.sort}
            words={i18n._(SORT_WORDS[sort])}
            choose={() => narrow({ sort, order: "" })}
          />
        ))}
        <MenuItem onClick={() => narrow({ sort: view.sort, order: down ? "asc" : "desc" })}>
          <Trans>Reverse the order</Trans>
        </MenuItem>
        <MenuDivider />
        <MenuLabel>
          <Trans>Rows</Trans>
        </MenuLabel>
        {densities.map(([each, words]) => (
          <Choice key={each} chosen={each === density} words={words} choose={() => void setDensity(each)} />
        ))}
      </Menu>
    </header>
  );
}

function Choice({ chosen, words, choose }: { chosen: boolean; words: string; choose: () => void }) {
  return (
    <MenuItem current={chosen} rightSection={chosen ? "✓" : null} onClick={choose}>
      {words}
    </MenuItem>
  );
}
