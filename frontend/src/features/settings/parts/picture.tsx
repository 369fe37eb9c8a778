import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { type Answer, ask, removeAvatar, setAvatar, type SettingsView } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { Button } from "../../../ui/button";
import { PersonMark } from "../../../ui/person";
import { settingsQuery } from "../queries";
import styles from "./picture.module.css";

/** One's own picture: chosen from this device, or taken away. */
export function Picture({ profile }: { profile: SettingsView["profile"] }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function change(act: () => Promise<Answer<unknown>>): Promise<void> {
    setBusy(true);
    const answer = await act();
    setBusy(false);
    setProblem(answer.ok ? "" : sentenceOf(answer.problem) || t`Not changed: the server cannot be reached.`);
    if (!answer.ok) return;
    await cache.invalidateQueries({ queryKey: settingsQuery.queryKey });
    await cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }

  return (
    <section className={styles.picture} aria-label={t`Picture`}>
      <PersonMark id={profile.id} name={profile.name} picture={profile.avatar} size={64} />
      <div className={styles.about}>
        <div className={styles.acts}>
          <Button loading={busy} onClick={() => chooser.current?.click()}>
            {profile.avatar === null ? t`Choose a picture` : t`Choose another picture`}
          </Button>
          {profile.avatar === null ? null : (
            <Button disabled={busy} onClick={() => void change(() => ask(removeAvatar()))}>
              <Trans>Remove the picture</Trans>
            </Button>
          )}
        </div>
        <p className={styles.help}>
          <Trans>
            PNG, JPEG, GIF or WebP, 20 MB at most. The middle of it is shown as a circle next to your words.
          </Trans>
        </p>
        {problem === "" ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <input
        ref={chooser}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/gif,image/webp"
        aria-label={t`Picture`}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file !== undefined) void change(() => ask(setAvatar({ body: { file } })));
        }}
      />
    </section>
  );
}

function sentenceOf(problem: { message: string; fields: Readonly<Record<string, string>> }): string {
  return problem.fields["file"] ?? problem.message;
}
