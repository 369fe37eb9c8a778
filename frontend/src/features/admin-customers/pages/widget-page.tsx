import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, getWidget, updateWidget, type Widget } from "../../../api";
import { changed, problemIn, record, sinceRead } from "../../../live/records";
import { useMember } from "../../../live/session";
import { Button } from "../../../ui/button";
import { FormArea, FormCheck, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Refusal, useForm } from "../../../ui/form/use-form";
import { Recorded } from "../../../ui/manage/recorded";
import { AdminPage, SECTIONS } from "../../admin-frame";
import styles from "../parts/customers.module.css";

const query = record("widget", "own", (signal) => getWidget({ signal }));

/** The form and chat on other sites: where they may be shown, and the line that shows them. */
export default function WidgetPage() {
  const found = useQuery(query);
  return (
    <AdminPage section={SECTIONS.widget}>
      <Recorded query={found} value={found.data}>
        {(widget) => <WidgetForm widget={widget.value} />}
      </Recorded>
    </AdminPage>
  );
}

function valuesOf(widget: Widget) {
  return {
    enabled: widget.enabled,
    origins: widget.origins.join("\n"),
    chat_enabled: widget.chat_enabled,
    chat_wait_seconds: String(widget.chat_wait_seconds),
  };
}

function WidgetForm({ widget }: { widget: Widget }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const form = useForm({
    place: "widget",
    saved: valuesOf(widget),
    save: async (_values, { origins, chat_wait_seconds, ...switches }) => {
      const body = {
        ...switches,
        ...(origins === undefined ? {} : { origins: linesOf(origins) }),
        ...(chat_wait_seconds === undefined ? {} : { chat_wait_seconds: Number(chat_wait_seconds) }),
      };
      const answer = await ask(updateWidget({ body, ...sinceRead(cache, query) }));
      if (answer.ok) await changed(cache, "widget");
      return atTheSites(problemIn(answer));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={t`Form and chat on your site`}
      intro={<Trans>Visitors ask on your own site and follow their requests by mail.</Trans>}
      foot={<Snippet />}
    >
      <FormCheck
        form={form}
        name="enabled"
        label={t`Visitors may ask`}
        help={t`With the form on your sites, and with the contact page of the help centre.`}
      />
      <FormArea
        form={form}
        name="origins"
        label={t`Sites that may show it`}
        help={t`One a line, for instance https://www.example.com`}
        rows={4}
        mono
      />
      <FormCheck
        form={form}
        name="chat_enabled"
        label={t`Begin with a chat`}
        help={t`While a member of the team is online. Otherwise there is the form.`}
      />
      <FormText
        form={form}
        name="chat_wait_seconds"
        inputMode="numeric"
        label={t`Wait for an answer, in seconds`}
        help={t`10 to 3,600. Then the chat becomes a request that is answered by mail.`}
      />
    </FormPane>
  );
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What was refused of a single site is shown at the field that holds all of them. */
function atTheSites<Problem extends Refusal>(problem: Problem | undefined): Problem | undefined {
  if (problem === undefined) return undefined;
  const fields = Object.entries(problem.fields).map(([name, words]) => [
    name.replace(/^origins\.\d+$/, "origins"),
    words,
  ]);
  return { ...problem, fields: Object.fromEntries(fields) as Refusal["fields"] };
}

/** The line for the site's pages, and the page that shows the form without one. */
function Snippet() {
  const { t } = useLingui();
  const { organizationId } = useMember();
  const [copied, setCopied] = useState(false);
  // eslint-disable-next-line lingui/no-unlocalized-strings -- a line of HTML
  const line = `<script src="${location.origin}/embed.js" data-organization="${organizationId}" async></script>`;
  return (
    <section className={styles.snippet} aria-labelledby="snippet-title">
      <h2 id="snippet-title">
        <Trans>For your pages</Trans>
      </h2>
      <p>
        <Trans>Put this line before the end of each page that shall show the button.</Trans>
      </p>
      <output className={styles.line} aria-label={t`The line for your pages`}>
        {line}
      </output>
      <Button onClick={() => void navigator.clipboard.writeText(line).then(() => setCopied(true))}>
        {copied ? t`Copied` : t`Copy`}
      </Button>
      <p>
        <a href={`/help/${organizationId}/contact`} target="_blank" rel="noopener">
          <Trans>Look at the form (opens in a new tab)</Trans>
        </a>
      </p>
    </section>
  );
}
