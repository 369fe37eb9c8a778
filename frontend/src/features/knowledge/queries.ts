import { queryOptions } from "@tanstack/react-query";

import { ask, getArticle, listArticleCategories, listArticles, previewArticle } from "../../api";
import { pagedList, record } from "../../live/records";

/** Which articles are listed: by words, and by who reads them. */
export interface ArticlesSought {
  readonly search: string;
  readonly state: string;
  readonly category: string;
}

const STATES: Readonly<Record<string, { published?: boolean; visibility?: "public" | "internal" }>> = {
  published: { published: true },
  drafts: { published: false, visibility: "public" },
  internal: { visibility: "internal" },
};

export const articlesQuery = ({ search, state, category }: ArticlesSought) =>
  pagedList(
    "articles",
    {
      ...(search === "" ? {} : { search }),
      ...(category === "" ? {} : { category }),
      ...STATES[state],
    },
    (query, signal) => listArticles({ query, signal }),
  );

export const articleQuery = (id: string) =>
  record("articles", id, (signal) => getArticle({ path: { article_id: id }, signal }));

/** The names of the categories that articles have. */
export const articleCategoriesQuery = record("articles", "categories", (signal) => listArticleCategories({ signal }));

/** The text of an article as customers see it. */
export const renderedQuery = (content: string) =>
  queryOptions({
    queryKey: ["rendered article", content],
    queryFn: async ({ signal }) => {
      const answer = await ask(previewArticle({ body: { content }, signal }));
      return answer.ok ? answer.value.content_html : null;
    },
    gcTime: 60_000,
  });
