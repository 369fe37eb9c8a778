import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { ArticleView } from "../../../api";
import { articlePlace } from "../../../kernel/article-place";
import { usePermission } from "../../../live/session";
import { SelectField } from "../../../ui/fields";
import { Frame } from "../../../ui/manage/frame";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { Chosen } from "../parts/chosen";
import styles from "../parts/knowledge.module.css";
import { articleCategoriesQuery, articlesQuery } from "../queries";

/** The articles: drafts, published and internal ones, written in Markdown with a preview. */
export default function KnowledgePage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q, all } = useAddress();
  const mayWrite = usePermission("articles:write");
  const sought = { search: q, state: all["state"] ?? "", category: all["category"] ?? "" };
  const query = useInfiniteQuery(articlesQuery(sought));
  const articles = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Knowledge base`}
      rows={articles.map((article) => rowOf(article, article.visibility === "internal" ? t`internal` : t`draft`))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      {...(mayWrite ? { add: { to: "/knowledge/new", label: t`New article` } } : {})}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No articles here. What you explain twice belongs here.</Trans>}
      loading={query.isPending}
      error={query.error}
    >
      <Filters />
      <ToSearches current={id === "searches"} />
    </ListPane>
  );
  return (
    <Frame
      title={t`Knowledge base`}
      home="/knowledge"
      current="/knowledge"
      list={list}
      listName={t`Knowledge base`}
      open={id !== undefined}
    >
      <Chosen key={id} place={articlePlace(id)} />
    </Frame>
  );
}

function rowOf({ id, title, category, published }: ArticleView, unpublished: string) {
  return { id, name: title, to: `/knowledge/${id}`, detail: category, ...(published ? {} : { mark: unpublished }) };
}

function Filters() {
  const { t } = useLingui();
  const { all, change } = useAddress();
  const mayWrite = usePermission("articles:write");
  const categories = useQuery(articleCategoriesQuery).data?.value ?? [];
  return (
    <div className={styles.filters}>
      <SelectField
        aria-label={t`Category`}
        value={all["category"] ?? ""}
        onChange={(event) => change({ category: event.currentTarget.value })}
        data={[
          { value: "", label: t`All categories` },
          ...categories.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      {mayWrite ? (
        <SelectField
          aria-label={t`State`}
          value={all["state"] ?? ""}
          onChange={(event) => change({ state: event.currentTarget.value })}
          data={[
            { value: "", label: t`All` },
            { value: "published", label: t`Published` },
            { value: "drafts", label: t`Drafts` },
            { value: "internal", label: t`Internal` },
          ]}
        />
      ) : null}
    </div>
  );
}

/** Leads to the searches of the help centre that found nothing. */
function ToSearches({ current }: { current: boolean }) {
  const mayWrite = usePermission("articles:write");
  if (!mayWrite) return null;
  return (
    <PlaceLink
      to="/knowledge/searches"
      keepSearch
      className={styles.searches}
      aria-current={current ? "page" : undefined}
    >
      <Trans>Searches that found nothing</Trans>
    </PlaceLink>
  );
}
