import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";

import { ask, type CannedView, createCanned, deleteCanned, updateCanned } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Refusal, useForm } from "../../../ui/form/use-form";
import { later } from "../../../ui/later";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import type { KeptFile } from "../parts/canned-files";
import { CannedPreview } from "../parts/canned-preview";
import { CannedScope, scopeOf, useScopeWords } from "../parts/canned-scope";
import { WordsField } from "../parts/words-field";
import { cannedListQuery, cannedQuery } from "../queries";

const CannedFiles = later(async () => (await import("../parts/canned-files")).CannedFiles);
const section = SECTIONS.canned;
const EXAMPLE = "{{requester.first_name|there}}";
const VARIABLES = "requester.first_name requester.name requester.email ticket.number ticket.subject ticket.status ticket.priority".split(" "); // prettier-ignore

/** Prepared replies with variables. */
export default function CannedPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayWrite = usePermission("canned:write");
  const query = useInfiniteQuery(cannedListQuery(q));
  const one = useQuery({ ...cannedQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const scopeWords = useScopeWords();
  const items = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Canned responses`}
      rows={items.map((item) => ({
        id: item.id,
        name: item.title,
        to: `${section.to}/${item.id}`,
        detail: [
          ...scopeWords(item),
          t({ message: plural(item.used_count, { 0: "not used yet", one: "used once", other: "used # times" }) }),
          item.content,
        ].join(" · "),
        ...(item.shortcut === null ? {} : { mark: `/${item.shortcut}` }),
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      {...(mayWrite ? { add: { to: `${section.to}/new`, label: t`New response` } } : {})}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No canned responses yet. In a reply, / finds them.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(response) => <CannedForm response={response?.value} />}
    </RecordsPage>
  );
}

function valuesOf(response: CannedView | undefined) {
  return {
    title: response?.title ?? "",
    shortcut: response?.shortcut ?? "",
    content: response?.content ?? "",
    scope: scopeOf(response) as string,
    group: response?.group_id ?? "",
    files: (response?.files ?? []).map(({ id, filename }) => ({ id, filename })) as readonly KeptFile[],
  };
}

type Values = ReturnType<typeof valuesOf>;

/** What changed as v1 takes it. The scope and its group go together. */
function bodyOf(values: Values, { title, shortcut, content, scope, group, files }: Partial<Values>) {
  const scoped = scope !== undefined || group !== undefined;
  return {
    ...(title === undefined ? {} : { title }),
    ...(content === undefined ? {} : { content }),
    ...(shortcut === undefined ? {} : { shortcut: shortcut.trim() || null }),
    ...(files === undefined ? {} : { file_ids: files.map(({ id }) => id) }),
    ...(scoped
      ? { shared: values.scope !== "own", group_id: values.scope === "group" ? values.group || null : null }
      : {}),
  };
}

function CannedForm({ response }: { response: CannedView | undefined }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "canned");
  const query = cannedQuery(response?.id ?? "new");
  const mayWrite = usePermission("canned:write");
  const form = useForm({
    place: `canned.${response?.id ?? "new"}`,
    saved: valuesOf(response),
    save: async (values, changes) => {
      if (values.scope === "group" && values.group === "") return refusedAt("group", t`Choose the group.`);
      if (response === undefined) {
        const { title, content } = values;
        return after.created(await ask(createCanned({ body: { ...bodyOf(values, values), title, content } })));
      }
      const path = { response_id: response.id };
      return after.saved(await ask(updateCanned({ path, body: bodyOf(values, changes), ...sinceRead(cache, query) })));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={response?.title ?? t`New response`}
      readOnly={!mayWrite}
      intro={response === undefined ? undefined : <Usage response={response} />}
      {...(response === undefined ? { create: t`Create` } : {})}
      foot={
        response === undefined ? null : (
          <>
            <CannedPreview id={response.id} unsaved={form.changed} />
            {mayWrite ? (
              <DangerZone>
                <DangerAct
                  label={t`Delete this response`}
                  effect={<Trans>Replies that were sent with it stay.</Trans>}
                  act={async () => after.deleted(await ask(deleteCanned({ path: { response_id: response.id } })))}
                />
              </DangerZone>
            ) : null}
          </>
        )
      }
    >
      <FormText form={form} name="title" label={t`Title`} />
      <FormText form={form} name="shortcut" label={t`Shortcut`} help={t`What is typed after / in a reply`} />
      <CannedScope form={form} />
      {mayWrite ? (
        <WordsField form={form} name="content" label={t`Text`} help={<Variables />} />
      ) : (
        <FormArea form={form} name="content" label={t`Text`} rows={10} />
      )}
      <Suspense fallback={<div aria-busy="true" />}>
        <CannedFiles form={form} readOnly={!mayWrite} />
      </Suspense>
      {response?.warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </FormPane>
  );
}

function refusedAt(field: string, sentence: string): Refusal {
  const fields = { [field]: sentence };
  return { kind: "refused", status: 422, code: "HERE", message: sentence, fields, requestId: null };
}

/** How often agents put it into a reply, and when last. */
function Usage({ response }: { response: CannedView }) {
  const { i18n } = useLingui();
  const last = response.last_used_at === null ? "" : exactly(response.last_used_at, i18n.locale);
  if (last === "") return <Trans>Not used yet.</Trans>;
  return (
    <>
      <Plural value={response.used_count} one="Used once" other="Used # times" />, <Trans>last: {last}</Trans>
    </>
  );
}

function Variables() {
  const example = EXAMPLE;
  const names = VARIABLES.map((name) => `{{${name}}}`).join(" ");
  return (
    <Trans>
      {example} becomes the first name, or “there” without one. Others: {names}
    </Trans>
  );
}
