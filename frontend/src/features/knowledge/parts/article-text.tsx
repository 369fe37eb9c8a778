import { Trans, useLingui } from "@lingui/react/macro";
import { type ClipboardEvent, type DragEvent, useRef } from "react";

import { around, asBlock, atLines, type Chosen, type Exchange, exchanged, table } from "../../../kernel/text-marks";
import { FormArea } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { TextTools } from "../../../ui/text-tools";
import styles from "./knowledge.module.css";
import { usePictures } from "./use-pictures";

/** The text of an article in Markdown, with buttons for its marks. Pictures are dropped, pasted or chosen. */
export function ArticleText<Values extends { content: string }>({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const area = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);

  function change(exchange: (at: Chosen) => Exchange): void {
    const field = area.current;
    if (field === null) return;
    const done = exchange({ text: field.value, from: field.selectionStart, to: field.selectionEnd });
    field.focus();
    field.setSelectionRange(done.from, done.to);
    // The browser can take such a change back with Ctrl+Z, and no other way of writing.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no successor
    const written = document.execCommand("insertText", false, done.text);
    if (!written) form.set("content", exchanged(field.value, done));
    field.setSelectionRange(...done.chosen);
  }

  const pictures = usePictures((markdown) => change((at) => asBlock(at, markdown)));

  function take(event: ClipboardEvent | DragEvent, files: FileList): void {
    const found = [...files].filter(({ type }) => type.startsWith("image/"));
    if (found.length === 0) return;
    event.preventDefault();
    void pictures.upload(found);
  }

  const columns = [t`Column 1`, t`Column 2`];
  return (
    <div
      onPaste={(event) => take(event, event.clipboardData.files)}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => take(event, event.dataTransfer.files)}
    >
      <FormArea
        form={form}
        name={"content" as never}
        label={t`Text`}
        help={t`Markdown: ## heading, **bold**, - list, > quote, tables with |. Pictures can be dropped and pasted.`}
        rows={20}
        area={area}
      />
      <TextTools
        label={t`Formatting`}
        tools={[
          { icon: "heading", words: t`Heading`, act: () => change((at) => atLines(at, "## ")) },
          { icon: "bold", words: t`Bold`, act: () => change((at) => around(at, "**", t`bold`)) },
          { icon: "bullets", words: t`List`, act: () => change((at) => atLines(at, "- ")) },
          { icon: "numbers", words: t`Numbered list`, act: () => change((at) => atLines(at, "1. ")) },
          { icon: "quote", words: t`Quote`, act: () => change((at) => atLines(at, "> ")) },
          { icon: "table", words: t`Table`, act: () => change((at) => asBlock(at, table(columns), columns[0])) },
          { icon: "picture", words: t`Picture`, act: () => chooser.current?.click(), disabled: pictures.busy },
        ]}
      />
      <input
        ref={chooser}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        aria-label={t`Choose pictures`}
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void pictures.upload(chosen);
        }}
      />
      <p role="status" className={styles.faint}>
        {pictures.busy ? <Trans>Uploading …</Trans> : null}
      </p>
      {pictures.problem === "" ? null : (
        <p role="alert" className={styles.problem}>
          {pictures.problem}
        </p>
      )}
    </div>
  );
}
