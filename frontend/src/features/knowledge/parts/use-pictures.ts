import { useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { type ArticlePictureView, uploadTo } from "../../../api";
import { altOf } from "../../../kernel/text-marks";

/** Uploads pictures one after the other, and gives each as Markdown to `add`. */
export function usePictures(add: (markdown: string) => void) {
  const { t } = useLingui();
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState("");

  async function upload(files: readonly File[]): Promise<void> {
    setProblem("");
    setBusy((now) => now + files.length);
    for (const file of files) {
      const stop = new AbortController();
      const answer = await uploadTo<ArticlePictureView>(
        "/api/v1/kb/pictures",
        file,
        file.name,
        () => undefined,
        stop.signal,
      );
      const alt = altOf(file.name) || t`Picture`;
      if (answer.ok) add(`![${alt}](${answer.value.url})`);
      else
        setProblem(
          `${file.name}: ${Object.values(answer.problem.fields)[0] ?? (answer.problem.message || t`No connection`)}`,
        );
      setBusy((now) => now - 1);
    }
  }

  return { upload, busy: busy > 0, problem };
}
