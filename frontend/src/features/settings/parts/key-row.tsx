import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useState } from "react";

import { type Command, type KeyPreferences, keysFor } from "../../../kernel/commands";
import { keyName } from "../../../kernel/key-names";
import { pressedKey, takenBy } from "../../../kernel/own-keys";
import { Button } from "../../../ui/button";
import { isMac } from "../../../ui/platform";
import styles from "./keyboard.module.css";

interface KeyRowProps {
  command: Command;
  all: readonly Command[];
  preferences: KeyPreferences;
  /** Changes the command's key; empty switches it off, undefined brings the usual one back. */
  change: (command: Command, key: string | undefined) => void;
}

/** A command with its key: "Change", then press the new one. */
export function KeyRow({ command, all, preferences, change }: KeyRowProps) {
  const { t, i18n } = useLingui();
  const [listens, setListens] = useState(false);
  const own = preferences.keys[command.id];
  const [key = ""] = keysFor(command, { ...preferences, single_keys: true });
  const taken = own === undefined ? undefined : takenBy(own, command, all, preferences);
  const name = i18n._(command.words);
  const other = taken === undefined ? "" : i18n._(taken.words);
  const shown = key === "" ? t`off` : keyName(key, isMac);

  function hear(event: KeyboardEvent): void {
    if (!listens || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = pressedKey(event);
    if (event.key !== "Escape" && pressed === "") return;
    setListens(false);
    if (event.key !== "Escape") change(command, pressed);
  }

  return (
    <tr>
      <th scope="row" className={styles.command}>
        {name}
        {other === "" ? null : (
          <div className={styles.taken}>
            <Trans>This is also the key of “{other}”.</Trans>
          </div>
        )}
      </th>
      <td className={styles.key}>
        <kbd className={styles.kbd}>{shown}</kbd>
        <Button
          aria-label={listens ? t`Press the new key for ${name}` : t`Change the key of ${name}, now ${shown}`}
          onClick={() => setListens(true)}
          onKeyDown={hear}
          onBlur={() => setListens(false)}
        >
          {listens ? <Trans>Press a key …</Trans> : <Trans>Change</Trans>}
        </Button>
        {key === "" ? null : (
          <Button aria-label={t`Switch the key of ${name} off`} onClick={() => change(command, "")}>
            <Trans>Off</Trans>
          </Button>
        )}
        {own === undefined ? null : (
          <Button aria-label={t`Default key of ${name}`} onClick={() => change(command, undefined)}>
            <Trans>Default</Trans>
          </Button>
        )}
      </td>
    </tr>
  );
}
