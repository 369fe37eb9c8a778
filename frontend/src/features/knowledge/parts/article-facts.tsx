import { Plural, Trans, useLingui } from "@lingui/react/macro";

import type { ArticleView } from "../../../api";
import { ago, exactly } from "../../../kernel/moments";
import { useNow } from "../../../live/now";

/** Who wrote it, how often it was read, and whether it helped. */
export function ArticleFacts({ article }: { article: ArticleView }) {
  const { i18n } = useLingui();
  const now = new Date(useNow());
  const { name } = article.author;
  const { updated_at: at, views, helpful_votes: helped, unhelpful_votes: not, locale } = article;
  const when = ago(at, now, i18n.locale);
  return (
    <>
      <Trans>
        By {name}, changed <time title={exactly(at, i18n.locale)}>{when}</time>
      </Trans>
      {" · "}
      <Plural value={views} one="read once" other="read # times" />
      {helped + not === 0 ? null : (
        <>
          {" · "}
          <Trans>
            helped {helped}, did not help {not}
          </Trans>
        </>
      )}
      {" · "}
      {locale}
    </>
  );
}
