import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type Category, createCategory, deleteCategory, updateCategory } from "../../../api";
import { byText, found } from "../../../kernel/finding";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { categoriesQuery, categoryQuery } from "../queries";

const section = SECTIONS.categories;

/** The categories that tickets can have. */
export default function CategoriesPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const query = useQuery(categoriesQuery);
  const one = useQuery({ ...categoryQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Categories`}
      rows={found(query.data?.items ?? [], q, ({ name, description }) => `${name} ${description}`, byText(nameOf)).map(
        rowOf,
      )}
      total={query.data?.total ?? 0}
      chosen={id}
      add={{ to: `${section.to}/new`, label: t`New category` }}
      empty={<Trans>Tickets are not sorted into categories yet.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(category) => <CategoryForm category={category?.value} />}
    </RecordsPage>
  );
}

function nameOf({ name }: Category): string {
  return name;
}

function rowOf({ id, name, description }: Category) {
  return { id, name, to: `${section.to}/${id}`, ...(description === "" ? {} : { detail: description }) };
}

function valuesOf(category: Category | undefined) {
  return { name: category?.name ?? "", description: category?.description ?? "" };
}

function CategoryForm({ category }: { category: Category | undefined }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "categories");
  const mayChange = usePermission("categories:manage");
  const query = categoryQuery(category?.id ?? "new");
  const form = useForm({
    place: `categories.${category?.id ?? "new"}`,
    saved: valuesOf(category),
    save: async (values, changes) =>
      category === undefined
        ? after.created(await ask(createCategory({ body: values })))
        : after.saved(
            await ask(
              updateCategory({ path: { category_id: category.id }, body: changes, ...sinceRead(cache, query) }),
            ),
          ),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={category?.name ?? t`New category`}
      {...(category === undefined ? { create: t`Create` } : {})}
      readOnly={!mayChange}
      foot={
        category === undefined || !mayChange ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this category`}
              effect={<Trans>Its tickets stay, without a category.</Trans>}
              act={async () => after.deleted(await ask(deleteCategory({ path: { category_id: category.id } })))}
            />
          </DangerZone>
        )
      }
    >
      {category === undefined ? null : (
        <p>
          <PlaceLink to={`/inbox/all?q=${encodeURIComponent(`category:"${category.name}"`)}`}>
            <Trans>Tickets in this category</Trans>
          </PlaceLink>
        </p>
      )}
      <FormText form={form} name="name" label={t`Name`} />
      <FormArea form={form} name="description" label={t`Description`} help={t`What belongs here`} />
    </FormPane>
  );
}
