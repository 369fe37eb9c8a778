import { useLingui } from "@lingui/react/macro";

import { type Command, keysFor, type Place } from "../kernel/commands";
import { keyName } from "../kernel/key-names";
import { usePreferences } from "../live/preferences";
import { Dialog } from "../ui/dialog";
import { commands } from "./commands";
import styles from "./key-sheet.module.css";
import { isMac } from "../ui/platform";

const order: readonly Place[] = ["everywhere", "go", "list", "ticket", "composer"];

/** All keys, ordered by where they work. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const preferences = usePreferences();
  const headings: Record<Place, string> = {
    everywhere: t`Everywhere`,
    go: t`Go to`,
    list: t`In the list`,
    ticket: t`On a ticket`,
    composer: t`While writing`,
  };
  const keyed = (command: Command) => {
    const [key] = keysFor(command, preferences);
    return key === undefined ? [] : [{ ...command, key }];
  };
  const groups = order
    .map((place) => ({ place, shown: commands.flatMap((each) => keyed(each)).filter((each) => each.place === place) }))
    .filter(({ shown }) => shown.length > 0);
  return (
    <Dialog opened={opened} onClose={onClose} title={t`Keys`} size="lg" closeButtonProps={{ "aria-label": t`Close` }}>
      <div className={styles.groups}>
        {groups.map(({ place, shown }) => (
          <section key={place} className={styles.group}>
            <h3>{headings[place]}</h3>
            <dl>
              {shown.map(({ id, words, key }) => [
                <dt key={`${id}-words`}>{i18n._(words)}</dt>,
                <dd key={`${id}-key`}>
                  <kbd>{keyName(key, isMac)}</kbd>
                </dd>,
              ])}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
