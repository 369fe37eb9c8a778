import { useLingui } from "@lingui/react/macro";

import type { Place } from "../kernel/commands";
import { keyName } from "../kernel/key-names";
import { Dialog } from "../ui/dialog";
import { commands } from "./commands";
import styles from "./key-sheet.module.css";
import { isMac } from "./platform";

const order: readonly Place[] = ["everywhere", "go", "list", "ticket", "composer"];

/** All keys, ordered by where they work. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const headings: Record<Place, string> = {
    everywhere: t`Everywhere`,
    go: t`Go to`,
    list: t`In the list`,
    ticket: t`On a ticket`,
    composer: t`While writing`,
  };
  const groups = order
    .map((place) => ({ place, keyed: commands.filter((each) => each.place === place && each.keys !== undefined) }))
    .filter(({ keyed }) => keyed.length > 0);
  return (
    <Dialog opened={opened} onClose={onClose} title={t`Keys`} size="lg" closeButtonProps={{ "aria-label": t`Close` }}>
      <div className={styles.groups}>
        {groups.map(({ place, keyed }) => (
          <section key={place} className={styles.group}>
            <h3>{headings[place]}</h3>
            <dl>
              {keyed.map(({ id, words, keys = [] }) => [
                <dt key={`${id}-words`}>{i18n._(words)}</dt>,
                <dd key={`${id}-key`}>
                  <kbd>{keyName(keys[0] ?? "", isMac)}</kbd>
                </dd>,
              ])}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
