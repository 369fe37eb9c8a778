import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, dismissMissedSearch, type MissedSearchView } from "../../../api";
import { articleAbout } from "../../../kernel/article-place";
import { localeName } from "../../../kernel/locales";
import { ago, exactly } from "../../../kernel/moments";
import { useNow } from "../../../live/now";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Refused } from "../../../ui/form/form-pane";
import { PlaceLink } from "../../../ui/place";
import { ErrorState, LoadingState } from "../../../ui/state";
import { missedSearchesQuery } from "../language-queries";
import styles from "./knowledge.module.css";

/** What readers of the help centre looked for in vain, most frequent first: each is an article that is missing. */
export function MissedSearches() {
  const query = useInfiniteQuery(missedSearchesQuery);
  const searches = query.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <section className={styles.read} aria-labelledby="missed-searches">
      <h1 className={styles.title} id="missed-searches">
        <Trans>Searches that found nothing</Trans>
      </h1>
      <p className={styles.faint}>
        <Trans>
          Words that readers of the help centre searched for in vain. Who searched is not kept, and addresses and longer
          numbers are not counted.
        </Trans>
      </p>
      {query.isPending ? <LoadingState lines={4} height={48} retry={() => void query.refetch()} /> : null}
      {query.error === null ? null : <ErrorState message={query.error.message} retry={() => void query.refetch()} />}
      {query.isSuccess && searches.length === 0 ? (
        <p>
          <Trans>Every search has found an article.</Trans>
        </p>
      ) : null}
      <ul className={styles.missed}>
        {searches.map((search) => (
          <Missed key={search.id} search={search} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      ) : null}
    </section>
  );
}

function Missed({ search }: { search: MissedSearchView }) {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const now = new Date(useNow());
  const [problem, setProblem] = useState<{ message: string; requestId: string | null }>();
  const { words, searches, last_at: last, locale } = search;
  const when = ago(last, now, i18n.locale);

  async function dismiss(): Promise<void> {
    const answer = await ask(dismissMissedSearch({ path: { missed_id: search.id } }));
    if (answer.ok) await changed(cache, "missed-searches");
    else setProblem(answer.problem);
  }

  return (
    <li>
      <div>
        <strong dir="auto">{words}</strong>
        <p className={styles.faint}>
          <Plural value={searches} one="searched once" other="searched # times" />
          {" · "}
          <Trans>
            last <time title={exactly(last, i18n.locale)}>{when}</time>
          </Trans>
          {" · "}
          {localeName(locale, i18n.locale)}
        </p>
        {problem === undefined ? null : <Refused sentence={problem.message} requestId={problem.requestId} />}
      </div>
      <PlaceLink to={articleAbout(words)} aria-label={t`Write an article about ${words}`}>
        <Trans>Write an article</Trans>
      </PlaceLink>
      <Button onClick={() => void dismiss()} aria-label={t`Dismiss ${words}`}>
        <Trans>Dismiss</Trans>
      </Button>
    </li>
  );
}
