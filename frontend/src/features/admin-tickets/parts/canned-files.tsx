import { useLingui } from "@lingui/react/macro";

import type { Form } from "../../../ui/form/use-form";
import { AttachedFiles } from "../../admin-rules";

export interface KeptFile {
  readonly id: string;
  readonly filename: string;
}

/** The files of a response: each reply that uses it gets copies. */
export function CannedFiles({ form, readOnly }: { form: Form<{ files: readonly KeptFile[] }>; readOnly: boolean }) {
  const { t } = useLingui();
  const { files } = form.values;
  return (
    <AttachedFiles
      names={files.map(({ filename }) => filename)}
      label={t`Files`}
      readOnly={readOnly}
      onAdd={withFile(form)}
      onRemove={(place) =>
        form.set(
          "files",
          files.filter((_, each) => each !== place),
        )
      }
    />
  );
}

/** Takes uploads over, several before the next rendering too. */
function withFile(form: Form<{ files: readonly KeptFile[] }>): (file: KeptFile) => void {
  let { files } = form.values;
  return ({ id, filename }) => {
    files = [...files.filter((each) => each.filename !== filename), { id, filename }];
    form.set("files", files);
  };
}
