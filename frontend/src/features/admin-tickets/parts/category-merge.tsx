import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type CategoryView, mergeCategory } from "../../../api";
import { byText } from "../../../kernel/finding";
import { DangerAct } from "../../../ui/confirm";
import { SelectField } from "../../../ui/fields";
import { SECTIONS, useAfter } from "../../admin-frame";
import { categoriesQuery, categoryUsesQuery } from "../queries";

/** Gives the tickets of a category another one, and deletes it. */
export function CategoryMerge({ category }: { category: CategoryView }) {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.categories, "categories");
  const [id, setId] = useState("");
  const { data } = useQuery(categoriesQuery);
  const others = (data?.items ?? []).filter((each) => each.id !== category.id).sort(byText(({ name }) => name));
  const into = others.find((each) => each.id === id);
  const { name: gone, tickets_count: tickets, articles_count: articles } = category;
  const name = into?.name ?? "";
  if (others.length === 0) return null;
  return (
    <>
      <SelectField
        label={t`Merge into`}
        description={t`The category that remains`}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
        data={[{ value: "", label: "" }, ...others.map((each) => ({ value: each.id, label: each.name }))]}
      />
      {into === undefined ? null : (
        <DangerAct
          label={t`Merge into ${name}`}
          effect={
            <>
              <Plural
                value={tickets ?? 0}
                one={`# ticket moves to ${name}; ${gone} is deleted.`}
                other={`# tickets move to ${name}; ${gone} is deleted.`}
              />{" "}
              {articles === null || articles === 0 ? null : (
                <Plural
                  value={articles}
                  one={`# article keeps ${gone} as its heading.`}
                  other={`# articles keep ${gone} as their heading.`}
                />
              )}{" "}
              <RulesOff id={category.id} />
            </>
          }
          act={async () =>
            after.deleted(await ask(mergeCategory({ path: { category_id: category.id }, body: { into_id: into.id } })))
          }
        />
      )}
    </>
  );
}

/** The enabled rules that name the category: they are switched off with it. */
export function RulesOff({ id }: { id: string }) {
  const uses = useQuery(categoryUsesQuery(id)).data?.value ?? [];
  const names = uses.filter(({ enabled }) => enabled).map(({ name }) => name);
  if (names.length === 0) return null;
  const listed = names.join(", ");
  return <Trans>Rules that name it are switched off: {listed}.</Trans>;
}
