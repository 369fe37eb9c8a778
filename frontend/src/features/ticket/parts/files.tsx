import { useLingui } from "@lingui/react/macro";
import { useState } from "react";

import type { AttachmentView } from "../../../api";
import { sizeOf } from "../../../kernel/sizes";
import { Dialog } from "../../../ui/dialog";
import { FileIcon } from "../../../ui/icons";
import styles from "./files.module.css";

/** Pictures that a browser can show; an SVG can hold a script, so it is only offered for download. */
const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;
const OWN = /^\/api\/v1\/uploads\//;

/** The files of a message: pictures as previews, all for download. */
export function Files({ files }: { files: readonly AttachmentView[] }) {
  const { i18n, t } = useLingui();
  const [shown, setShown] = useState<AttachmentView>();
  const [opened, setOpened] = useState(false);
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t`Files`}>
      {files.map((file) => {
        const name = file.filename;
        const size = sizeOf(file.size, i18n.locale);
        return (
          <li key={file.id} className={styles.file} data-file>
            {isPicture(file) ? (
              <button
                type="button"
                className={styles.preview}
                onClick={() => {
                  setShown(file);
                  setOpened(true);
                }}
                aria-label={t`Show ${name}`}
              >
                <img src={file.url} alt="" loading="lazy" />
              </button>
            ) : (
              <FileIcon size={16} aria-hidden />
            )}
            <a href={safeAddress(file.url)} download={file.filename} rel="noopener noreferrer nofollow" dir="auto">
              {file.filename}
            </a>
            <span className={styles.size}>{size}</span>
          </li>
        );
      })}
      {/* The dialog is there before it opens and after it closes, so that it moves in and out. */}
      {files.some(isPicture) && (
        <Dialog
          opened={opened}
          onClose={() => setOpened(false)}
          title={shown?.filename}
          size="auto"
          closeButtonProps={{ "aria-label": t`Close` }}
        >
          {shown && <img className={styles.picture} src={shown.url} alt={shown.filename} />}
        </Dialog>
      )}
    </ul>
  );
}

function isPicture(file: AttachmentView): boolean {
  return PICTURES.test(file.mime_type) && OWN.test(file.url);
}

/** Addresses of files elsewhere come from the author of the message. */
function safeAddress(url: string): string | undefined {
  return OWN.test(url) || /^https?:\/\//i.test(url) ? url : undefined;
}
