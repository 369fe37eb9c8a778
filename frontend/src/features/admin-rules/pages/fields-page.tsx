import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";

import { ask, orderFields, restoreField } from "../../../api";
import { found } from "../../../kernel/finding";
import { moved } from "../../../kernel/rules";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { later } from "../../../ui/later";
import { ListPane } from "../../../ui/manage/list-pane";
import { NothingChosen } from "../../../ui/manage/recorded";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import styles from "../parts/rules.module.css";
import { useFieldWords } from "../parts/field-words";
import { deletedFieldsQuery, fieldQuery, fieldsQuery } from "../queries";

const section = SECTIONS.fields;
const FieldForm = later(async () => (await import("../parts/field-form")).FieldForm);

/** The organization's own fields of tickets and contacts, in the order in which forms show them. */
export default function FieldsPage() {
  const { t } = useLingui();
  const key = useChosen();
  const { q } = useAddress();
  const cache = useQueryClient();
  const { kinds } = useFieldWords();
  const query = useQuery(fieldsQuery);
  const one = useQuery({ ...fieldQuery(key ?? ""), enabled: key !== undefined && key !== "new" });
  const fields = query.data?.items ?? [];

  async function move(id: string, to: number): Promise<void> {
    const from = fields.findIndex((field) => field.key === id);
    if (from === -1 || to < 0 || to >= fields.length || from === to) return;
    const order = moved(fields, from, to);
    cache.setQueryData(fieldsQuery.queryKey, { items: order, total: order.length });
    await ask(orderFields({ body: { keys: order.map((field) => field.key) } }));
    await changed(cache, "fields");
  }

  const list = (
    <ListPane
      title={t`Fields`}
      rows={found(
        fields,
        q,
        ({ key: name, label }) => `${name} ${label}`,
        () => 0,
      ).map((field) => ({
        id: field.key,
        name: field.label,
        to: `${section.to}/${field.key}`,
        detail: field.target === "contact" ? `requester.field.${field.key}` : `field.${field.key}`,
        mark: kinds.find(({ value }) => value === field.type)?.label ?? field.type,
      }))}
      total={query.data?.total ?? 0}
      chosen={key}
      add={{ to: `${section.to}/new`, label: t`New field` }}
      {...(q === "" ? { move: (id: string, to: number) => void move(id, to) } : {})}
      empty={<Trans>No fields of your own yet, such as an order number.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data} otherwise={<Deleted />}>
      {(field) => (
        <Suspense fallback={<div aria-busy="true" />}>
          <FieldForm field={field?.value} />
        </Suspense>
      )}
    </RecordsPage>
  );
}

/** The deleted fields, which can be restored. */
function Deleted() {
  const { t } = useLingui();
  const after = useAfter(section, "fields");
  const { data } = useQuery(deletedFieldsQuery);
  const fields = data?.value ?? [];
  if (fields.length === 0) return <NothingChosen />;
  return (
    <section className={styles.deleted} aria-label={t`Deleted fields`}>
      <h1>
        <Trans>Deleted fields</Trans>
      </h1>
      <p>
        <Trans>Each can be restored with its values for 30 days.</Trans>
      </p>
      <ul>
        {fields.map(({ key, label }) => (
          <li key={key}>
            {label}{" "}
            <Button
              aria-label={t`Restore ${label}`}
              onClick={() => void ask(restoreField({ path: { key } })).then(after.saved)}
            >
              <Trans>Restore</Trans>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
