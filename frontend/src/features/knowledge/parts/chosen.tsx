import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { ArticlePlace } from "../../../kernel/article-place";
import { usePermission } from "../../../live/session";
import { NothingChosen, Recorded } from "../../../ui/manage/recorded";
import { articleQuery } from "../queries";
import { Article } from "./article";
import { ArticleForm } from "./article-form";
import { MissedSearches } from "./missed-searches";

/** What the address names: an article's form, that of a new one or a translation, or the searches that found nothing. */
export function Chosen({ place }: { place: ArticlePlace | undefined }) {
  switch (place?.kind) {
    case undefined:
      return <NothingChosen />;
    case "searches":
      return <MissedSearches />;
    case "new":
      return <NewArticle about={place.about} />;
    case "translation":
      return <NewTranslation of={place.of} locale={place.locale} />;
    case "article":
      return <Present id={place.id} />;
  }
}

/** A new article begins in the reader's own language. */
function NewArticle({ about }: { about: string }) {
  const { i18n } = useLingui();
  return <ArticleForm article={undefined} beginning={{ title: about, locale: i18n.locale }} />;
}

/** A translation begins with the text of its original, which is shown next to it. */
function NewTranslation({ of, locale }: { of: string; locale: string }) {
  const query = useQuery(articleQuery(of));
  return (
    <Recorded query={query} value={query.data}>
      {({ value }) => <ArticleForm article={undefined} beginning={{ title: value.title, locale, original: value }} />}
    </Recorded>
  );
}

function Present({ id }: { id: string }) {
  const mayWrite = usePermission("articles:write");
  const query = useQuery(articleQuery(id));
  return (
    <Recorded query={query} value={query.data}>
      {({ value }) =>
        mayWrite ? (
          <ArticleForm article={value} beginning={{ title: value.title, locale: value.locale }} />
        ) : (
          <Article article={value} />
        )
      }
    </Recorded>
  );
}
