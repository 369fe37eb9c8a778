import { Trans, useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";

import { ask, getTicket, type Problem, renderCanned, type RenderedView } from "../../../api";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { useSentence } from "../../../ui/form/form-pane";
import { SafeHtml } from "../../../ui/safe-html";
import styles from "./preview.module.css";

/** A canned response as one ticket would get it. */
export function CannedPreview({ id, unsaved }: { id: string; unsaved: boolean }) {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const [rendered, setRendered] = useState<RenderedView>();
  const [problem, setProblem] = useState<Problem>();
  const [missing, setMissing] = useState(false);
  const sentence = useSentence(problem);
  const unknown = rendered?.unknown.join(", ") ?? "";

  async function show(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setRendered(undefined);
    const ticket = await ask(getTicket({ path: { ticket_id: number.replace("#", "").trim() } }));
    setMissing(!ticket.ok);
    if (!ticket.ok) return;
    const answer = await ask(renderCanned({ path: { response_id: id }, body: { ticket_id: ticket.value.id } }));
    if (answer.ok) setRendered(answer.value);
    setProblem(answer.ok ? undefined : answer.problem);
  }

  return (
    <section className={styles.preview} aria-label={t`Preview`}>
      <form className={styles.ask} noValidate onSubmit={(event) => void show(event)}>
        <TextField
          label={t`Preview with the values of ticket`}
          inputMode="numeric"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
          error={missing ? t`There is no ticket with this number.` : sentence}
        />
        <Button type="submit">
          <Trans>Show</Trans>
        </Button>
      </form>
      {unsaved ? (
        <p>
          <Trans>The preview shows the saved text.</Trans>
        </p>
      ) : null}
      {rendered === undefined ? null : <SafeHtml html={rendered.content_html} className={styles.text} />}
      {unknown === "" ? null : (
        <p>
          <Trans>Without a value: {unknown}</Trans>
        </p>
      )}
    </section>
  );
}
