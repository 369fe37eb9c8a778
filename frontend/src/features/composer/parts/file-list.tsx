import { Trans, useLingui } from "@lingui/react/macro";

import type { Begun, Draft, DraftFile, DraftState } from "../../../live/drafts";
import { AttachIcon, RemoveIcon } from "../../../ui/icons";
import styles from "./composer.module.css";
import type { Files, Uploading } from "./use-files";

interface Props {
  draft: Draft;
  state: DraftState;
  files: Files;
  begun: Begun;
}

/** The files of a draft, and how far those on their way are. */
export function FileList({ draft, state, files, begun }: Props) {
  const { t } = useLingui();
  if (state.files.length === 0 && files.uploading.length === 0) return null;
  const remove = (file: DraftFile) =>
    draft.setFiles(
      draft.kept.files.filter(({ id }) => id !== file.id),
      begun,
    );
  return (
    <ul className={styles.files} aria-label={t`Files`}>
      {state.files.map((file) => {
        const name = file.filename;
        const original = files.original(file);
        return (
          <li key={file.id} className={styles.file}>
            {/^image\/(png|jpeg|gif|webp)$/.test(file.mime_type) ? (
              <img src={file.url} alt="" className={styles.thumb} />
            ) : (
              <AttachIcon size={14} aria-hidden />
            )}
            <span className={styles.name}>{name}</span>
            {original === undefined ? null : (
              <button
                type="button"
                className={styles.tool}
                title={t`It was made smaller: at most 1,600 pixels wide and high`}
                onClick={original}
              >
                <Trans>Send the original</Trans>
              </button>
            )}
            <button type="button" className={styles.tool} aria-label={t`Remove ${name}`} onClick={() => remove(file)}>
              <RemoveIcon size={14} aria-hidden />
            </button>
          </li>
        );
      })}
      {files.uploading.map((each) => (
        <OnItsWay key={each.key} each={each} files={files} />
      ))}
    </ul>
  );
}

function OnItsWay({ each, files }: { each: Uploading; files: Files }) {
  const { t } = useLingui();
  const { name } = each;
  return (
    <li className={styles.file} data-problem={each.problem === "" ? undefined : true}>
      <span className={styles.name}>{name}</span>
      {each.problem === "" ? (
        <progress value={each.part} aria-label={t`${name} is being uploaded`} />
      ) : (
        <span className={styles.problem} role="alert">
          {each.problem}
        </span>
      )}
      {each.again ? (
        <button type="button" className={styles.tool} onClick={() => files.again(each)}>
          <Trans>Retry</Trans>
        </button>
      ) : null}
      <button type="button" className={styles.tool} aria-label={t`Remove ${name}`} onClick={() => files.cancel(each)}>
        <RemoveIcon size={14} aria-hidden />
      </button>
    </li>
  );
}
