import { useQueryClient } from "@tanstack/react-query";

import { type ArticleView, ask, createArticle, ifMatch, updateArticle } from "../../../api";
import { changed, problemIn } from "../../../live/records";
import { type Form, useForm } from "../../../ui/form/use-form";
import { useGo } from "../../../ui/place";
import { articleQuery } from "../queries";

/** What a new article begins with. */
export interface Beginning {
  readonly title: string;
  readonly locale: string;
  /** The article in another language that it translates. */
  readonly original?: ArticleView;
}

function valuesOf(article: ArticleView | undefined, beginning: Beginning) {
  const from = article ?? beginning.original;
  return {
    title: article?.title ?? beginning.title,
    locale: article?.locale ?? beginning.locale,
    category: from?.category ?? "",
    tags: from?.tags.join(", ") ?? "",
    content: from?.content ?? "",
    readers: article === undefined ? beginningReaders(beginning) : readersOf(article),
  };
}

/** The readers of an article: the staff until it is ready, everyone, or the staff alone. */
type Readers = "draft" | "published" | "internal";

function readersOf({ published, visibility }: ArticleView): Readers {
  if (visibility === "internal") return "internal";
  return published ? "published" : "draft";
}

/** A translation of an internal article begins as internal, too. */
function beginningReaders({ original }: Beginning): Readers {
  return original?.visibility === "internal" ? "internal" : "draft";
}

function bodyOf(readers: Readers) {
  return { published: readers === "published", visibility: readers === "internal" ? "internal" : "public" } as const;
}

type Values = ReturnType<typeof valuesOf>;

/** The form of an article; of a new one for undefined. */
export function useArticleForm(article: ArticleView | undefined, beginning: Beginning): Form<Values> {
  const cache = useQueryClient();
  const go = useGo();
  const query = articleQuery(article?.id ?? "new");
  const { original } = beginning;
  return useForm<Values>({
    place: `articles.${article?.id ?? ["new", original?.id, original && beginning.locale].filter(Boolean).join(".")}`,
    saved: valuesOf(article, beginning),
    save: async (values, changes) => {
      if (article === undefined) {
        const { category, tags, readers, ...rest } = values;
        const place = category.trim() === "" ? {} : { category };
        const translated = original === undefined ? {} : { translation_of: original.id };
        const body = { ...rest, ...bodyOf(readers), ...place, ...translated, tags: listed(tags) };
        const answer = await ask(createArticle({ body }));
        if (!answer.ok) return answer.problem;
        await changed(cache, "articles");
        go(`/knowledge/${answer.value.id}`);
        return undefined;
      }
      const { tags, readers, ...rest } = changes;
      const body = {
        ...rest,
        ...(tags === undefined ? {} : { tags: listed(tags) }),
        ...(readers === undefined ? {} : bodyOf(readers)),
      };
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      const answer = await ask(updateArticle({ path: { article_id: article.id }, body, ...headers }));
      if (answer.ok) await changed(cache, "articles");
      return problemIn(answer);
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value, beginning),
  });
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
