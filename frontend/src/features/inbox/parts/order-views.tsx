import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { moved } from "../../../kernel/views";
import { type SavedView, setViewOrder } from "../../../live/views";
import { announce } from "../../../ui/announce";
import { tell } from "../../../ui/last-act";
import styles from "./views-pane.module.css";

/** The saved views with buttons that move them: the first nine have the keys `G` and a digit. */
export function OrderViews({ views }: { views: readonly SavedView[] }) {
  const { t } = useLingui();
  const cache = useQueryClient();

  async function move(view: SavedView, step: 1 | -1, button: HTMLElement): Promise<void> {
    const next = moved(views, view, step);
    const { name } = view;
    const place = next.indexOf(view) + 1;
    const count = next.length;
    const saving = setViewOrder(cache, next);
    requestAnimationFrame(() => button.focus()); // a row that moves in the page loses it
    announce(t`${name}: place ${place} of ${count}`, "view-order");
    const answer = await saving;
    if (answer.ok) return;
    const why = answer.problem.message || t`The server cannot be reached.`;
    tell(t`Not changed: ${why}`);
  }

  return (
    <ul className={styles.list}>
      {views.map((view, place) => {
        const { name } = view;
        return (
          <li key={view.id} className={styles.view}>
            <span className={styles.name}>{name}</span>
            <Mover sign="↑" name={t`Move ${name} up`} off={place === 0} move={(at) => void move(view, -1, at)} />
            <Mover
              sign="↓"
              name={t`Move ${name} down`}
              off={place === views.length - 1}
              move={(at) => void move(view, 1, at)}
            />
          </li>
        );
      })}
    </ul>
  );
}

interface MoverProps {
  sign: string;
  name: string;
  /** It keeps the focus at the end of the list, too. */
  off: boolean;
  move: (button: HTMLElement) => void;
}

function Mover({ sign, name, off, move }: MoverProps) {
  return (
    <button
      type="button"
      className={styles.move}
      aria-label={name}
      title={name}
      aria-disabled={off}
      onClick={(event) => {
        if (!off) move(event.currentTarget);
      }}
    >
      {sign}
    </button>
  );
}
