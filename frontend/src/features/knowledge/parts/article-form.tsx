import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import {
  type ArticleView,
  ask,
  createArticle,
  deleteArticle,
  ifMatch,
  type Problem,
  updateArticle,
} from "../../../api";
import { changed, problemIn } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormCheck, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, useForm } from "../../../ui/form/use-form";
import { useGo } from "../../../ui/place";
import { articleCategoriesQuery, articleQuery } from "../queries";
import { ArticleFacts } from "./article-facts";
import { ArticleVersions } from "./article-versions";
import styles from "./knowledge.module.css";
import { Preview } from "./preview";

function valuesOf(article: ArticleView | undefined) {
  return {
    title: article?.title ?? "",
    category: article?.category ?? "",
    tags: article?.tags.join(", ") ?? "",
    content: article?.content ?? "",
    published: article?.published ?? false,
  };
}

type Values = ReturnType<typeof valuesOf>;

function useArticleForm(article: ArticleView | undefined): Form<Values> {
  const cache = useQueryClient();
  const go = useGo();
  const query = articleQuery(article?.id ?? "new");
  return useForm<Values>({
    place: `articles.${article?.id ?? "new"}`,
    saved: valuesOf(article),
    save: async (values, changes) => {
      if (article === undefined) {
        const { category, tags, ...rest } = values;
        const place = category.trim() === "" ? {} : { category };
        const answer = await ask(createArticle({ body: { ...rest, ...place, tags: listed(tags) } }));
        if (!answer.ok) return answer.problem;
        await changed(cache, "articles");
        go(`/knowledge/${answer.value.id}`);
        return undefined;
      }
      const { tags, ...rest } = changes;
      const body = { ...rest, ...(tags === undefined ? {} : { tags: listed(tags) }) };
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      const answer = await ask(updateArticle({ path: { article_id: article.id }, body, ...headers }));
      if (answer.ok) await changed(cache, "articles");
      return problemIn(answer);
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
}

/** An article in Markdown, with a preview. What a colleague saved meanwhile shows at the field. */
export function ArticleForm({ article }: { article: ArticleView | undefined }) {
  const { t } = useLingui();
  const form = useArticleForm(article);
  const categories = useQuery(articleCategoriesQuery).data?.value ?? [];
  const names = categories.map(({ name }) => name).join(", ");
  const { published } = form.values;
  return (
    <div className={styles.both}>
      <FormPane
        form={form}
        title={article?.title ?? t`New article`}
        {...(article === undefined ? { create: published ? t`Publish` : t`Save as draft` } : {})}
        intro={article === undefined ? undefined : <ArticleFacts article={article} />}
        effect={published ? <Trans>Customers see it at once.</Trans> : <Trans>Customers do not see drafts.</Trans>}
        foot={
          article === undefined ? null : (
            <>
              <ArticleVersions article={article} />
              <Foot article={article} />
            </>
          )
        }
      >
        <FormText form={form} name="title" label={t`Title`} help={t`The question, in the customer's words`} />
        <FormText
          form={form}
          name="category"
          label={t`Category`}
          help={names === "" ? t`Articles of a category are shown together.` : t`Present ones: ${names}`}
        />
        <FormText form={form} name="tags" label={t`Tags`} help={t`Separated by commas`} />
        <FormArea
          form={form}
          name="content"
          label={t`Text`}
          help={t`Markdown: ## heading, **bold**, - list, > quote, tables with |`}
          rows={20}
        />
        <FormCheck form={form} name="published" label={t`Published`} help={t`In the help centre, for every reader`} />
      </FormPane>
      <Preview title={form.values.title} text={form.values.content} />
    </div>
  );
}

function Foot({ article }: { article: ArticleView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const go = useGo();
  const mayDelete = usePermission("articles:manage");
  if (!mayDelete) return null;

  async function remove(): Promise<Problem | undefined> {
    const answer = await ask(deleteArticle({ path: { article_id: article.id } }));
    if (!answer.ok) return answer.problem;
    go("/knowledge");
    await changed(cache, "articles");
    return undefined;
  }

  return (
    <DangerZone>
      <DangerAct
        label={t`Delete this article`}
        effect={<Trans>Customers can no longer read it, and links to it end.</Trans>}
        act={remove}
      />
    </DangerZone>
  );
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
