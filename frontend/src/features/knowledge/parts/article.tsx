import { useLingui } from "@lingui/react/macro";

import type { ArticleView } from "../../../api";
import { SafeHtml } from "../../../ui/safe-html";
import { ArticleFacts } from "./article-facts";
import styles from "./knowledge.module.css";

/** An article for those who may read but not change it. */
export function Article({ article }: { article: ArticleView }) {
  const { t } = useLingui();
  return (
    <article className={styles.read} aria-label={t`Article`}>
      <h1 className={styles.title} dir="auto">
        {article.title}
      </h1>
      <p className={styles.faint}>
        <ArticleFacts article={article} />
      </p>
      <SafeHtml html={article.content_html ?? ""} className={styles.text} />
    </article>
  );
}
