import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import type { WebPreferences } from "../../../api";
import { changePreferences, preferencesQuery } from "../../../live/preferences";
import { problemIn } from "../../../live/records";
import { FormRadios, FormSelect } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import { SettingsPage } from "../parts/settings-page";

/** How the app looks, and what it does after one's own acts. */
export default function AppearancePage() {
  return (
    <SettingsPage current="/settings/appearance">
      <Loaded query={useQuery(preferencesQuery)}>{(preferences) => <Habits preferences={preferences} />}</Loaded>
    </SettingsPage>
  );
}

const UNDO = ["0", "5", "10", "20", "30"];

function Habits({ preferences }: { preferences: WebPreferences }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const { theme, density, after_solve } = preferences;
  const form = useForm({
    place: "own.appearance",
    saved: {
      theme: theme,
      density: density,
      after_solve: after_solve,
      language: preferences.language ?? "",
      undo_seconds: String(preferences.undo_seconds),
    },
    save: async (_values, { undo_seconds, language, ...changes }) => {
      const sent = {
        ...changes,
        ...(language === undefined ? {} : { language: language === "" ? null : language }),
        ...(undo_seconds === undefined ? {} : { undo_seconds: Number(undo_seconds) }),
      };
      return problemIn(await changePreferences(cache, sent));
    },
  });
  const undo = UNDO.includes(form.values.undo_seconds) ? UNDO : [...UNDO, form.values.undo_seconds];
  return (
    <FormPane
      form={form}
      title={t`Appearance and habits`}
      intro={<Trans>These choices follow you to every device.</Trans>}
    >
      <FormRadios
        form={form}
        name="theme"
        label={t`Theme`}
        choices={[
          { value: "system", label: t`As this device has it` },
          { value: "light", label: t`Light` },
          { value: "dark", label: t`Dark` },
        ]}
      />
      <FormRadios
        form={form}
        name="density"
        label={t`Density of lists`}
        choices={[
          { value: "comfortable", label: t`Comfortable: three lines a ticket` },
          { value: "cosy", label: t`Cosy: two lines` },
          { value: "compact", label: t`Compact: a table` },
        ]}
      />
      <FormSelect
        form={form}
        name="language"
        label={t`Language`}
        choices={[
          { value: "", label: t`As this browser has it` },
          { value: "en", label: "English" },
          { value: "de", label: "Deutsch" },
        ]}
      />
      <FormRadios
        form={form}
        name="after_solve"
        label={t`After solving a ticket`}
        choices={[
          { value: "next", label: t`Open the next ticket` },
          { value: "stay", label: t`Stay on the ticket` },
          { value: "list", label: t`Go back to the list` },
        ]}
      />
      <FormSelect
        form={form}
        name="undo_seconds"
        label={t`Time to undo a reply`}
        help={t`A reply waits this long before it is sent.`}
        choices={undo.map((value) => ({ value, label: value === "0" ? t`None` : t`${value} seconds` }))}
      />
    </FormPane>
  );
}
