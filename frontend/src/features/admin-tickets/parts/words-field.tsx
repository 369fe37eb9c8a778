import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";

import { askOrThrow, renderText } from "../../../api";
import { markdownOf } from "../../../kernel/markdown";
import { Button } from "../../../ui/button";
import type { EditorHandle } from "../../../ui/editor-handle";
import { FormArea, useComplaint } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import styles from "./words-field.module.css";

/** The editor of replies, with what reads the server's HTML: a file of its own. */
const Editor = lazy(async () => {
  const [{ default: Field }, { wordsOfHtml }] = await Promise.all([
    import("../../../ui/editor"),
    import("../../../ui/editor-html"),
  ]);
  return {
    default: ({ html, ...props }: { html: string } & Omit<Parameters<typeof Field>[0], "words">) => (
      <Field {...props} words={() => wordsOfHtml(html)} />
    ),
  };
});

interface WordsFieldProps<Values> {
  form: Form<Values>;
  name: keyof Values & string;
  label: string;
  help: ReactNode;
}

/** Words in Markdown, written in the editor of replies; who prefers Markdown itself can see it. */
export function WordsField<Values>({ form, name, label, help }: WordsFieldProps<Values>) {
  const { t } = useLingui();
  const value = form.values[name] as string;
  const complaint = useComplaint(form, name);
  const [plain, setPlain] = useState(false);
  /** The Markdown that the editor began with, and what it has written since. */
  const [source, setSource] = useState(value);
  const [written, setWritten] = useState(value);
  // A change from elsewhere, such as "Discard": the editor begins again with it.
  if (!plain && value !== written) {
    setSource(value);
    setWritten(value);
  }

  if (plain) {
    return (
      <div>
        <FormArea form={form} name={name as never} label={label} rows={10} help={help} mono />
        <Button onClick={() => setPlain(false)}>
          <Trans>Show it formatted</Trans>
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.field} role="group" aria-label={t`${label} with its formats`}>
      <span aria-hidden>{label}</span>
      <div className={styles.help}>{help}</div>
      <Rendered key={source} markdown={source}>
        {(html) => (
          <Words
            html={html}
            label={label}
            onChange={(markdown) => {
              setWritten(markdown);
              form.set(name, markdown as Values[typeof name]);
            }}
          />
        )}
      </Rendered>
      {complaint === undefined ? null : (
        <div className={styles.complaint} role="alert">
          {complaint}
        </div>
      )}
      <Button onClick={() => setPlain(true)}>
        <Trans>Show the Markdown</Trans>
      </Button>
    </div>
  );
}

/** The server's HTML of a text. An empty text needs no server. */
function Rendered({ markdown, children }: { markdown: string; children: (html: string) => ReactNode }) {
  const query = useQuery({
    queryKey: ["rendered", markdown],
    queryFn: ({ signal }) => askOrThrow(renderText({ body: { body: markdown }, signal })),
    enabled: markdown !== "",
    staleTime: Infinity,
  });
  if (markdown === "") return children("");
  return <Loaded query={query}>{({ html }) => children(html)}</Loaded>;
}

interface WordsProps {
  html: string;
  label: string;
  onChange: (markdown: string) => void;
}

function Words({ html, label, onChange }: WordsProps) {
  const handle = useRef<EditorHandle | null>(null);
  return (
    <Suspense fallback={<div aria-busy="true" />}>
      <Editor
        html={html}
        label={label}
        revision={0}
        cursor={0}
        signs={{}}
        handle={handle}
        autoFocus={false}
        onReady={() => undefined}
        onChange={(words, blank) => onChange(blank ? "" : markdownOf(words()))}
        onBlur={() => undefined}
        onFiles={() => undefined}
        onLeave={() => undefined}
        tools={null}
      />
    </Suspense>
  );
}
