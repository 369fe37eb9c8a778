import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  ask,
  getTicket,
  type MailTemplate,
  previewMailTemplate,
  type Problem,
  resetMailTemplate,
  setMailTemplate,
  type TemplateTexts,
} from "../../../api";
import { changed, problemIn, sinceRead } from "../../../live/records";
import { Button } from "../../../ui/button";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { TextField } from "../../../ui/fields";
import { FormArea } from "../../../ui/form/bound";
import { FormPane, Refused, useSentence } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { SafeHtml } from "../../../ui/safe-html";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import styles from "../parts/mail.module.css";
import { templateQuery, templatesQuery } from "../queries";

const section = SECTIONS.templates;
/** In place of a template while none is chosen; it is not asked for. */
const SOME = { kind: "reply", language: "en" } as const;

function useKindWords(): Readonly<Record<MailTemplate["kind"], string>> {
  const { t } = useLingui();
  return {
    reply: t`Answer to a customer`,
    acknowledgement: t`Receipt for a new ticket`,
    customer_notification: t`Notice to a customer`,
    staff_notification: t`Notice to the staff`,
  };
}

/** The words around what goes out by mail. */
export default function TemplatesPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const kinds = useKindWords();
  const query = useQuery(templatesQuery);
  const templates = query.data?.value ?? [];
  const chosen = templates.find((each) => keyOf(each) === id);
  const one = useQuery({ ...templateQuery(chosen ?? SOME), enabled: chosen !== undefined });
  const rows = templates
    .filter(({ kind, language }) => `${kinds[kind]} ${language}`.toLowerCase().includes(q.toLowerCase()))
    .map((template) => ({
      id: keyOf(template),
      name: kinds[template.kind],
      to: `${section.to}/${keyOf(template)}`,
      detail: template.language,
      ...(template.is_own ? { mark: t`own` } : {}),
    }));
  const list = (
    <ListPane
      title={t`Mail templates`}
      rows={rows}
      total={templates.length}
      chosen={id}
      empty={<Trans>No template fits.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={chosen === undefined ? query : one} value={chosen && one.data}>
      {(template) =>
        template === undefined ? null : <TemplateForm template={template.value} title={kinds[template.value.kind]} />
      }
    </RecordsPage>
  );
}

function keyOf({ kind, language }: MailTemplate): string {
  return `${kind}.${language}`;
}

function textsOf({ text, html }: MailTemplate) {
  return { text, html };
}

function TemplateForm({ template, title }: { template: MailTemplate; title: string }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const path = { kind: template.kind, language: template.language };
  const query = templateQuery(template);
  const form = useForm({
    place: `mail-templates.${keyOf(template)}`,
    saved: textsOf(template),
    save: async (values) => {
      const answer = await ask(setMailTemplate({ path, body: values, ...sinceRead(cache, query) }));
      if (answer.ok) await changed(cache, "mail-templates");
      return problemIn(answer);
    },
    refresh: async () => textsOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={`${title} (${template.language})`}
      effect={<Trans>Mails that are made from then on look like this.</Trans>}
      foot={
        <>
          <Preview template={template} texts={form.values} />
          {template.is_own ? (
            <DangerZone>
              <DangerAct
                label={t`Go back to the shipped template`}
                effect={<Trans>Your words are deleted.</Trans>}
                act={async () => {
                  const answer = await ask(resetMailTemplate({ path }));
                  if (answer.ok) await changed(cache, "mail-templates");
                  return problemIn(answer);
                }}
              />
            </DangerZone>
          ) : null}
        </>
      }
    >
      <FormArea form={form} name="text" label={t`As plain text`} rows={8} mono />
      <FormArea form={form} name="html" label={t`As HTML`} rows={12} mono />
      <details>
        <summary>
          <Trans>Variables</Trans>
        </summary>
        <dl className={styles.facts}>
          {Object.entries(template.variables).map(([name, meaning]) => (
            <div key={name}>
              <dt>
                <code>{`{{${name}}}`}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </FormPane>
  );
}

/** The template with the values of a ticket. Nothing is sent. */
function Preview({ template, texts }: { template: MailTemplate; texts: { text: string; html: string } }) {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const [shown, setShown] = useState<TemplateTexts>();
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);

  async function preview(): Promise<void> {
    const ticket = await ask(getTicket({ path: { ticket_id: number.replace("#", "").trim() } }));
    if (!ticket.ok) {
      setProblem(ticket.problem);
      return;
    }
    const path = { kind: template.kind, language: template.language };
    const answer = await ask(previewMailTemplate({ path, body: { ...texts, ticket_id: ticket.value.id } }));
    setShown(answer.ok ? answer.value : undefined);
    setProblem(answer.ok ? undefined : answer.problem);
  }

  return (
    <section className={styles.part} aria-label={t`Preview`}>
      <h2>
        <Trans>Preview</Trans>
      </h2>
      <div className={styles.row}>
        <TextField
          label={t`With the ticket`}
          placeholder="#1042"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button disabled={number.trim() === ""} onClick={() => void preview()}>
          <Trans>Show</Trans>
        </Button>
      </div>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      {shown === undefined ? null : (
        <div role="status" className={styles.shown}>
          <SafeHtml html={shown.html} />
          <pre className={styles.plain}>{shown.text}</pre>
        </div>
      )}
    </section>
  );
}
