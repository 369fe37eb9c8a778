import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { type ArticleView, ask, deleteArticle, type Problem } from "../../../api";
import { localeChoices, localeName } from "../../../kernel/locales";
import { changed } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormRadios, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useGo } from "../../../ui/place";
import { articleCategoriesQuery } from "../queries";
import { ArticleFacts } from "./article-facts";
import { ArticleText } from "./article-text";
import { ArticleVersions } from "./article-versions";
import { Beside } from "./beside";
import styles from "./knowledge.module.css";
import { Languages } from "./languages";
import { type Beginning, useArticleForm } from "./use-article-form";

interface ArticleFormProps {
  /** Undefined for a new one. */
  article: ArticleView | undefined;
  beginning: Beginning;
}

/** An article in Markdown, with a preview. What a colleague saved meanwhile shows at the field. */
export function ArticleForm({ article, beginning }: ArticleFormProps) {
  const { t, i18n } = useLingui();
  const form = useArticleForm(article, beginning);
  const { original } = beginning;
  const categories = useQuery(articleCategoriesQuery).data?.value ?? [];
  const names = categories.map(({ name }) => name).join(", ");
  const { readers, locale } = form.values;
  const into = localeName(locale, i18n.locale);
  const words = {
    draft: { create: t`Save as draft`, effect: <Trans>Customers do not see drafts.</Trans> },
    published: { create: t`Publish`, effect: <Trans>Customers see it immediately.</Trans> },
    internal: { create: t`Save`, effect: <Trans>Customers never see internal articles.</Trans> },
  }[readers];
  const fresh = original === undefined ? t`New article` : t`Translation into ${into}`;
  return (
    <div className={styles.both}>
      <FormPane
        form={form}
        title={article?.title ?? fresh}
        {...(article === undefined ? { create: words.create } : {})}
        intro={article === undefined ? undefined : <ArticleFacts article={article} />}
        effect={words.effect}
        foot={
          article === undefined ? null : (
            <>
              <Languages article={article} />
              <ArticleVersions article={article} />
              <Foot article={article} />
            </>
          )
        }
      >
        <FormText form={form} name="title" label={t`Title`} help={t`The question, in the customer's words`} />
        {article === undefined && original === undefined ? (
          <FormSelect
            form={form}
            name="locale"
            label={t`Language`}
            help={t`It stays. Translations are made from the article.`}
            choices={localeChoices(i18n.locale)}
          />
        ) : null}
        <FormText
          form={form}
          name="category"
          label={t`Category`}
          help={names === "" ? t`Articles of a category are shown together.` : t`Present ones: ${names}`}
        />
        <FormText form={form} name="tags" label={t`Tags`} help={t`Separated by commas`} />
        <ArticleText form={form} />
        <FormRadios
          form={form}
          name="readers"
          label={t`Who reads it`}
          choices={[
            { value: "draft", label: t`Draft`, help: t`The staff, until it is ready` },
            { value: "published", label: t`Published`, help: t`In the help centre, for every reader` },
            {
              value: "internal",
              label: t`Internal`,
              help: t`The staff alone: in no help centre, search or suggestion`,
            },
          ]}
        />
      </FormPane>
      <Beside title={form.values.title} text={form.values.content} article={article} original={original} />
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
