import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";

import type { Words } from "../../../kernel/commands";
import { BUILT_IN, type BuiltIn } from "../../../kernel/views";
import styles from "./views-pane.module.css";

const NAMES: Readonly<Record<BuiltIn, Words>> = {
  mine: msg`Mine`,
  unassigned: msg`Unassigned`,
  open: msg`Open`,
  solved: msg`Solved`,
  all: msg`All`,
};

/** The views as links. */
export function ViewsPane({ view }: { view: BuiltIn }) {
  const { i18n, t } = useLingui();
  return (
    <nav className={styles.views} aria-label={t`Views`}>
      {BUILT_IN.map((each) => (
        <Link
          key={each}
          to="/inbox/$view"
          params={{ view: each }}
          className={styles.view}
          aria-current={each === view ? "page" : undefined}
        >
          {i18n._(NAMES[each])}
        </Link>
      ))}
    </nav>
  );
}
