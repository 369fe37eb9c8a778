import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changePreferences, usePreferences } from "../../../live/preferences";
import { CheckGroup } from "../../../ui/checks";
import { Checkbox } from "../../../ui/fields";
import { tell } from "../../../ui/last-act";
import { setOnDesktop, showsOnDesktop } from "../../notifications";

/** How notifications are shown outside of the page. Each choice counts immediately: the browser asks for leave on the press. */
export function Outside() {
  const { t } = useLingui();
  const cache = useQueryClient();
  const sounds = usePreferences()?.sounds === true;
  const [desktop, setDesktop] = useState(showsOnDesktop);
  const [refused, setRefused] = useState(false);

  async function choose(on: boolean): Promise<void> {
    const holds = await setOnDesktop(on);
    setDesktop(holds);
    setRefused(on && !holds);
  }

  async function chooseSounds(on: boolean): Promise<void> {
    const answer = await changePreferences(cache, { sounds: on });
    if (answer.ok) return;
    const why = answer.problem.message || t`The server cannot be reached.`;
    tell(t`Not changed: ${why}`);
  }

  return (
    <CheckGroup role="group" label={t`While a tab of Deskbell is open`}>
      <Checkbox
        label={t`Show them on the desktop of this device`}
        description={t`When the tab is not in front. Each is shown once, however many tabs are open.`}
        error={
          refused ? t`The browser does not allow it. You can change that in its settings for this page.` : undefined
        }
        checked={desktop}
        onChange={(event) => void choose(event.currentTarget.checked)}
      />
      <Checkbox
        label={t`Play a sound`}
        checked={sounds}
        onChange={(event) => void chooseSounds(event.currentTarget.checked)}
      />
    </CheckGroup>
  );
}
