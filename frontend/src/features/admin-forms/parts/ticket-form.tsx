import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createForm, deleteForm, type FormView, ifMatch, updateForm } from "../../../api";
import { type ItemLine, itemsOfLines, linesOfItems } from "../../../kernel/form-items";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormCheck, FormChecks, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Refusal, useForm } from "../../../ui/form/use-form";
import { SECTIONS, useAfter } from "../../admin-frame";
import { formCategoriesQuery, formQuery } from "../queries";
import { ItemLines } from "./item-lines";

function valuesOf(form: FormView | undefined) {
  return {
    name: form?.name ?? "",
    default: form?.default ?? false,
    category_ids: (form?.category_ids ?? []) as readonly string[],
    items: linesOfItems(form?.items ?? []) as readonly ItemLine[],
  };
}

/** A form of tickets: for which categories, and its fields in their order. */
export function TicketForm({ form: saved, readOnly }: { form: FormView | undefined; readOnly: boolean }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.forms, "forms");
  const categories = useQuery(formCategoriesQuery).data?.items ?? [];
  const query = formQuery(saved?.id ?? "new");
  const form = useForm({
    place: `forms.${saved?.id ?? "new"}`,
    saved: valuesOf(saved),
    save: async (values, changes) => {
      const body = bodyOf(saved === undefined ? values : changes);
      if (body === null) return unreadable(t`A condition in braces is no JSON.`);
      if (saved === undefined) return placed(await after.created(await ask(createForm({ body: body as never }))));
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      return placed(await after.saved(await ask(updateForm({ path: { form_id: saved.id }, body, ...headers }))));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={saved?.name ?? t`New form`}
      readOnly={readOnly}
      {...(saved === undefined ? { create: t`Create` } : {})}
      effect={<Trans>It holds for open tickets, too. A field that it leaves out keeps its values.</Trans>}
      foot={
        saved === undefined || readOnly ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this form`}
              effect={<Trans>Its tickets use the default form. Their values stay.</Trans>}
              act={async () => after.deleted(await ask(deleteForm({ path: { form_id: saved.id } })))}
            />
          </DangerZone>
        )
      }
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormCheck
        form={form}
        name="default"
        label={t`The default form`}
        help={t`For tickets whose category has no other form, and for those without a category.`}
      />
      {categories.length === 0 ? null : (
        <FormChecks
          form={form}
          name="category_ids"
          label={t`For tickets of`}
          choices={categories.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <ItemLines form={form} />
    </FormPane>
  );
}

/** The form as v1 takes it; null where a condition cannot be read. */
function bodyOf({ items, ...rest }: Partial<ReturnType<typeof valuesOf>>) {
  try {
    return {
      ...(rest.name === undefined ? {} : { name: rest.name }),
      ...(rest.default === undefined ? {} : { default: rest.default }),
      ...(rest.category_ids === undefined ? {} : { category_ids: [...rest.category_ids] }),
      ...(items === undefined ? {} : { items: itemsOfLines(items) }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Puts the refusal of a line, `items.1.show`, at the lines. */
function placed(refusal: Refusal | undefined): Refusal | undefined {
  if (refusal === undefined) return undefined;
  const fields: Record<string, string> = {};
  for (const [path, sentence] of Object.entries(refusal.fields)) {
    const [, place] = /^items\D*(\d+)/.exec(path) ?? [];
    const name = path.startsWith("items") ? "items" : path;
    const said = place === undefined ? sentence : `${Number(place) + 1}: ${sentence}`;
    fields[name] = fields[name] === undefined ? said : `${fields[name]} ${said}`;
  }
  return { ...refusal, fields };
}

function unreadable(sentence: string): Refusal {
  return {
    kind: "refused",
    status: 422,
    code: "HERE",
    message: sentence,
    fields: { items: sentence },
    requestId: null,
  };
}
