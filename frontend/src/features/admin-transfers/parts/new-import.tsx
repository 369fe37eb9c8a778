import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";

import { type ImportView, uploadTo } from "../../../api";
import { FormSelect } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { SECTIONS, useAfter } from "../../admin-frame";
import { useFormats } from "../words";
import styles from "./transfers.module.css";

/** Chooses a file and uploads it. Nothing of it is imported before the next step. */
export function NewImport() {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.imports, "imports");
  const formats = useFormats();
  const field = useId();
  const [file, setFile] = useState<File>();
  const [gone, setGone] = useState<number>();
  const [missing, setMissing] = useState(false);
  const form = useForm<{ format: ImportView["format"] }>({
    saved: { format: "csv" },
    save: async ({ format }) => {
      setMissing(file === undefined);
      if (file === undefined) return undefined;
      setGone(0);
      const stop = new AbortController();
      const answer = await uploadTo<{ data: ImportView }>(
        `/api/v1/imports?format=${format}`,
        file,
        file.name,
        setGone,
        stop.signal,
      );
      setGone(undefined);
      return after.created(answer);
    },
  });

  function choose(chosen: File | undefined): void {
    setFile(chosen);
    setMissing(false);
    const guess = chosen === undefined ? undefined : formatOf(chosen.name);
    if (guess !== undefined) form.set("format", guess);
  }

  const percent = Math.round((gone ?? 0) * 100);
  return (
    <FormPane
      form={form}
      title={t`New import`}
      intro={<Trans>The file is uploaded and shown first. Nothing is imported until you start it.</Trans>}
      create={t`Upload`}
      effect={
        gone === undefined ? null : (
          <progress className={styles.progress} max={100} value={percent} aria-label={t`Upload`} />
        )
      }
    >
      <div className={styles.file}>
        <label htmlFor={field}>{t`File`}</label>
        <input
          id={field}
          type="file"
          name="file"
          aria-invalid={missing}
          aria-describedby={missing ? `${field}-error` : undefined}
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
        {missing ? (
          <span id={`${field}-error`} role="alert">
            <Trans>Choose a file first.</Trans>
          </span>
        ) : null}
      </div>
      <FormSelect form={form} name="format" label={t`Format`} choices={formats} />
    </FormPane>
  );
}

/** What the name of a file says about its format. */
function formatOf(name: string): ImportView["format"] | undefined {
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(name)) return "csv";
  if (/zendesk/i.test(name)) return "zendesk";
  if (/issues|github/i.test(name)) return "github";
  return /\.(jsonl|ndjson|json)(\.gz)?$/i.test(name) ? "jsonl" : undefined;
}
