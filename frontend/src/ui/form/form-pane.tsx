import { Trans, useLingui } from "@lingui/react/macro";
import { Button, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

import { keyName } from "../../kernel/key-names";
import { useCommand } from "../commands";
import { isMac } from "../platform";
import { saveForm } from "./commands";
import styles from "./form-pane.module.css";
import type { Form, Refusal } from "./use-form";

interface FormPaneProps<Values> {
  form: Form<Values>;
  title: string;
  /** A sentence or two below the title. */
  intro?: ReactNode;
  /** What the button says; "Save" without it. A new record shows its button from the start. */
  create?: string;
  /** The effect of saving, shown before: for instance how many tickets change. */
  effect?: ReactNode;
  /** For those who may see but not change it. */
  readOnly?: boolean;
  /** The fields. */
  children: ReactNode;
  /** Dangerous acts, and what is no part of the form. */
  foot?: ReactNode;
}

/** A form with its title, its fields, and a bar that appears on a change. */
export function FormPane<Values>({
  form,
  title,
  intro,
  create,
  effect,
  children,
  foot,
  readOnly = false,
}: FormPaneProps<Values>) {
  const { t } = useLingui();
  const element = useRef<HTMLFormElement>(null);
  const refused = form.refusal?.fields;
  useEffect(() => {
    const [first] = Object.keys(refused ?? {});
    const field = first === undefined ? null : element.current?.elements.namedItem(first);
    if (field instanceof HTMLElement) field.focus();
  }, [refused]);
  const shown = !readOnly && (form.changed || create !== undefined);
  useCommand(saveForm, shown ? () => void form.save() : undefined);
  return (
    <div className={styles.pane}>
      <form
        ref={element}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.save();
        }}
      >
        <h1 className={styles.title}>{title}</h1>
        {intro === undefined ? null : <div className={styles.intro}>{intro}</div>}
        <RefusalNote form={form} />
        <fieldset className={styles.fields} disabled={readOnly}>
          {children}
        </fieldset>
        {shown ? (
          <div className={styles.bar} role="group" aria-label={t`Unsaved changes`}>
            <div className={styles.told}>{effect ?? (create === undefined ? <Trans>Not saved yet</Trans> : null)}</div>
            {form.changed ? (
              <Button onClick={form.discard} disabled={form.busy}>
                <Trans>Discard</Trans>
              </Button>
            ) : null}
            <Button type="submit" variant="filled" loading={form.busy} title={keyName("$mod+s", isMac)}>
              {create ?? <Trans>Save</Trans>}
            </Button>
          </div>
        ) : null}
        <VisuallyHidden role="status">{form.done ? t`Saved` : ""}</VisuallyHidden>
      </form>
      {foot}
    </div>
  );
}

/** The refusal that belongs to no field of the form. */
function RefusalNote<Values>({ form }: { form: Form<Values> }) {
  const sentence = useSentence(form.refusal, Object.keys(form.values as object));
  if (sentence === "") return null;
  return <Refused sentence={sentence} requestId={form.refusal?.requestId ?? null} />;
}

/** A refusal, in words and with the request's id. */
export function Refused({ sentence, requestId }: { sentence: string; requestId: string | null }) {
  return (
    <div className={styles.refused} role="alert">
      {sentence}
      {requestId === null ? null : (
        <div className={styles.request}>
          <Trans>Request {requestId}</Trans>
        </div>
      )}
    </div>
  );
}

/** A refusal as one sentence, without what is said at one of the `fields`; empty if nothing is left. */
export function useSentence(refusal: Refusal | undefined, fields: readonly string[] = []): string {
  const { t } = useLingui();
  if (refusal === undefined) return "";
  if (refusal.kind === "unreachable") return t`The server cannot be reached. What you typed is kept; try again.`;
  if (refusal.status === 412) return t`A colleague changed this meanwhile. Look at the marked fields, then save again.`;
  const elsewhere = Object.entries(refusal.fields).filter(([name]) => !fields.includes(name));
  if (elsewhere.length > 0) return elsewhere.map(([, sentence]) => sentence).join(" ");
  return Object.keys(refusal.fields).length > 0 ? "" : refusal.message;
}
