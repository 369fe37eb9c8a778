import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import type { WebPreferences } from "../../../api";
import type { Command } from "../../../kernel/commands";
import { changePreferences, preferencesQuery } from "../../../live/preferences";
import { problemIn } from "../../../live/records";
import { useAllCommands } from "../../../ui/commands";
import { FormCheck } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import { KeyRow } from "../parts/key-row";
import styles from "../parts/keyboard.module.css";
import { SettingsPage } from "../parts/settings-page";

/** The keys of all commands, each of which can be changed and switched off. */
export default function KeyboardPage() {
  return (
    <SettingsPage current="/settings/keyboard">
      <Loaded query={useQuery(preferencesQuery)}>{(preferences) => <Keys preferences={preferences} />}</Loaded>
    </SettingsPage>
  );
}

function Keys({ preferences }: { preferences: WebPreferences }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const all = useAllCommands();
  const form = useForm({
    place: "own.keyboard",
    saved: { single_keys: preferences.single_keys, keys: preferences.keys },
    save: async (_values, changes) => problemIn(await changePreferences(cache, changes)),
  });
  const { keys } = form.values;

  function change(command: Command, key: string | undefined): void {
    const others = Object.entries(keys).filter(([id]) => id !== command.id);
    form.set("keys", Object.fromEntries(key === undefined ? others : [...others, [command.id, key]]));
  }

  return (
    <FormPane
      form={form}
      title={t`Keyboard`}
      intro={<Trans>Press ? anywhere to see the keys. Ctrl means ⌘ on a Mac.</Trans>}
    >
      <FormCheck
        form={form}
        name="single_keys"
        label={t`Keys without Ctrl work where no text is being written`}
        help={t`Switch them off if you dictate, or press keys by accident.`}
      />
      <table className={styles.keys}>
        <thead>
          <tr>
            <th scope="col">{t`Command`}</th>
            <th scope="col">{t`Key`}</th>
          </tr>
        </thead>
        <tbody>
          {all
            .filter((command) => command.keys !== undefined)
            .map((command) => (
              <KeyRow key={command.id} command={command} all={all} preferences={form.values} change={change} />
            ))}
        </tbody>
      </table>
    </FormPane>
  );
}
