import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type CategoryView, createCategory, deleteCategory, updateCategory } from "../../../api";
import { byLargest, byText, found } from "../../../kernel/finding";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormText } from "../../../ui/form/bound";
import { FormColor } from "../../../ui/form/form-color";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { CategoryMerge, RulesOff } from "../parts/category-merge";
import { categoriesQuery, categoryQuery } from "../queries";

const section = SECTIONS.categories;

/** The categories that tickets can have. */
export default function CategoriesPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q, sort } = useAddress();
  const query = useQuery(categoriesQuery);
  const order = sort === "count" ? byLargest<CategoryView>((each) => each.tickets_count ?? 0) : byText(nameOf);
  const one = useQuery({ ...categoryQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Categories`}
      rows={found(query.data?.items ?? [], q, ({ name, description }) => `${name} ${description}`, order).map(rowOf)}
      total={query.data?.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "count", label: t`Most tickets` },
      ]}
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

function nameOf({ name }: CategoryView): string {
  return name;
}

function rowOf({ id, name, description, color, tickets_count: count }: CategoryView) {
  const mark = count === null ? {} : { mark: <Plural value={count} one="# ticket" other="# tickets" /> };
  return {
    id,
    name,
    to: `${section.to}/${id}`,
    color,
    ...mark,
    ...(description === "" ? {} : { detail: description }),
  };
}

function valuesOf(category: CategoryView | undefined) {
  return { name: category?.name ?? "", description: category?.description ?? "", color: category?.color ?? "" };
}

function CategoryForm({ category }: { category: CategoryView | undefined }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "categories");
  const mayChange = usePermission("categories:manage");
  const query = categoryQuery(category?.id ?? "new");
  const form = useForm({
    place: `categories.${category?.id ?? "new"}`,
    saved: valuesOf(category),
    save: async ({ color, ...words }, { color: recoloured, ...reworded }) => {
      if (category === undefined) {
        return after.created(await ask(createCategory({ body: { ...words, color: color.trim() || null } })));
      }
      const body = { ...reworded, ...(recoloured === undefined ? {} : { color: recoloured.trim() || null }) };
      const path = { category_id: category.id };
      return after.saved(await ask(updateCategory({ path, body, ...sinceRead(cache, query) })));
    },
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
            <CategoryMerge category={category} />
            <DangerAct
              label={t`Delete this category`}
              effect={
                <>
                  <Plural
                    value={category.tickets_count ?? 0}
                    one="# ticket stays, without a category."
                    other="# tickets stay, without a category."
                  />{" "}
                  <RulesOff id={category.id} />
                </>
              }
              act={async () => after.deleted(await ask(deleteCategory({ path: { category_id: category.id } })))}
            />
          </DangerZone>
        )
      }
    >
      {category === undefined ? null : <Uses category={category} />}
      <FormText form={form} name="name" label={t`Name`} />
      <FormArea form={form} name="description" label={t`Description`} help={t`What belongs here`} />
      <FormColor form={form} name="color" label={t`Colour`} />
    </FormPane>
  );
}

/** How many tickets are in it and how many articles bear its name, each with the way to them. */
function Uses({ category }: { category: CategoryView }) {
  const { name, tickets_count: tickets, articles_count: articles } = category;
  return (
    <p>
      <PlaceLink to={`/inbox/all?q=${encodeURIComponent(`category:"${name}"`)}`}>
        <Plural value={tickets ?? 0} one="# ticket in this category" other="# tickets in this category" />
      </PlaceLink>
      {articles === null || articles === 0 ? null : (
        <>
          {" · "}
          <PlaceLink to={`/knowledge?category=${encodeURIComponent(name)}`}>
            <Plural value={articles} one="# article with its name" other="# articles with its name" />
          </PlaceLink>
        </>
      )}
    </p>
  );
}
