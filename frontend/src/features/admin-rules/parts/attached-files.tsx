import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";

import { type FileView, upload } from "../../../api";
import { Button } from "../../../ui/button";
import styles from "./rules.module.css";

interface AttachedFilesProps {
  /** Names of the files, in their order. */
  names: readonly string[];
  /** The names of the list and of the button that adds to it. */
  label: string;
  readOnly?: boolean;
  /** A file has arrived on the server. */
  onAdd: (file: FileView) => void;
  onRemove: (index: number) => void;
}

/** The files of words that are written later: uploaded as they are chosen, kept when the form is saved. */
export function AttachedFiles({ names, label, readOnly = false, onAdd, onRemove }: AttachedFilesProps) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  async function add(chosen: readonly File[]): Promise<void> {
    setBusy(true);
    setProblem("");
    for (const file of chosen) {
      const answer = await upload(file, file.name, () => undefined, new AbortController().signal);
      if (answer.ok) onAdd(answer.value);
      else setProblem(Object.values(answer.problem.fields)[0] ?? (answer.problem.message || t`No connection`));
    }
    setBusy(false);
  }

  return (
    <div className={styles.files}>
      {names.length === 0 ? null : (
        <ul aria-label={label}>
          {names.map((name, index) => (
            <li key={name}>
              <span>{name}</span>
              {readOnly ? null : (
                <Button aria-label={t`Remove ${name}`} onClick={() => onRemove(index)}>
                  <Trans>Remove</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {readOnly ? null : (
        <>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label={t`Choose files`}
            onChange={(event) => {
              const chosen = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = "";
              void add(chosen);
            }}
          />
          <Button disabled={busy} onClick={() => input.current?.click()}>
            {busy ? <Trans>Uploading …</Trans> : <Trans>Attach files</Trans>}
          </Button>
        </>
      )}
      <div className={styles.mistake} role="alert">
        {problem}
      </div>
    </div>
  );
}
