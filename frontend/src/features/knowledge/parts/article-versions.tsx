import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { type ArticleVersionView, type ArticleView, ask, type Problem, restoreVersion } from "../../../api";
import { lineDiff } from "../../../kernel/line-diff";
import { exactly } from "../../../kernel/moments";
import { changed, problemIn, sinceRead } from "../../../live/records";
import { Button } from "../../../ui/button";
import { DangerAct } from "../../../ui/confirm";
import { Section } from "../../../ui/section";
import { articleQuery } from "../queries";
import { versionsQuery } from "../version-queries";
import styles from "./article-versions.module.css";

/** What the article said before: each version with its difference to the present one, and going back to it. */
export function ArticleVersions({ article }: { article: ArticleView }) {
  const { t } = useLingui();
  return (
    <Section id="article-versions" title={t`Versions`}>
      <Versions article={article} />
    </Section>
  );
}

function Versions({ article }: { article: ArticleView }) {
  const { t, i18n } = useLingui();
  const [chosen, setChosen] = useState<number>();
  const query = useInfiniteQuery(versionsQuery(article.id));
  const versions = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const earlier = versions.filter(({ version }) => version !== article.version);
  if (query.isPending) return null;
  if (earlier.length === 0) {
    return (
      <p>
        <Trans>This is its first version.</Trans>
      </p>
    );
  }
  return (
    <>
      <ol className={styles.versions} aria-label={t`Earlier versions`}>
        {earlier.map((version) => {
          const { version: number } = version;
          const when = exactly(version.saved_at, i18n.locale);
          const who = version.editor?.name ?? t`Deskbell`;
          return (
            <li key={number}>
              <Button
                aria-expanded={number === chosen}
                onClick={() => setChosen(number === chosen ? undefined : number)}
              >
                <Trans>
                  Version {number}, {who}, {when}
                </Trans>
              </Button>
              {number === chosen ? <Version article={article} version={version} /> : null}
            </li>
          );
        })}
      </ol>
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      ) : null}
    </>
  );
}

function Version({ article, version }: { article: ArticleView; version: ArticleVersionView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const { version: number } = version;

  async function restore(): Promise<Problem | undefined> {
    const path = { article_id: article.id, version: number };
    const answer = await ask(restoreVersion({ path, ...sinceRead(cache, articleQuery(article.id)) }));
    const stale = !answer.ok && answer.problem.status === 412;
    if (answer.ok || stale) await changed(cache, "articles", "article-versions");
    if (!stale) return problemIn(answer);
    const message = t`A colleague saved this article meanwhile. Look at the difference to their version, then restore again.`;
    return { ...answer.problem, status: 409, message };
  }

  return (
    <div className={styles.version}>
      <p className={styles.quiet}>
        <Trans>From this version to the present one:</Trans>
      </p>
      {version.title === article.title ? null : (
        <Difference name={t`Title`} older={version.title} newer={article.title} />
      )}
      <Readers older={version.visibility} newer={article.visibility} />
      <Difference name={t`Text`} older={version.content} newer={article.content} />
      <DangerAct
        label={t`Restore version ${number}`}
        effect={
          article.published && version.visibility === "internal" ? (
            <Trans>Customers read this article no longer. The present text stays in the list.</Trans>
          ) : article.published ? (
            <Trans>Customers read this version from now on. The present one stays in the list.</Trans>
          ) : (
            <Trans>The draft says this again. The present text stays in the list.</Trans>
          )
        }
        act={restore}
      />
    </div>
  );
}

type Visibility = ArticleView["visibility"];

/** Who the article is for, where that has changed since. */
function Readers({ older, newer }: { older: Visibility; newer: Visibility }) {
  const { t } = useLingui();
  if (older === newer) return null;
  const words = { public: t`customers, once it is published`, internal: t`the staff alone` };
  return <Difference name={t`Who reads it`} older={words[older]} newer={words[newer]} />;
}

const MARKS = { same: " ", removed: "−", added: "+" } as const;

/** Lines that went and came. A sign says it besides the colour. */
function Difference({ name, older, newer }: { name: string; older: string; newer: string }) {
  const { t } = useLingui();
  if (older === newer) {
    return (
      <p>
        <Trans>{name}: the same</Trans>
      </p>
    );
  }
  const words = { same: "", removed: t`removed`, added: t`added` };
  return (
    <figure className={styles.difference}>
      <figcaption>{name}</figcaption>
      <ul className={styles.lines}>
        {lineDiff(older, newer).map(({ kind, text }, index) => (
          // Lines may be equal; they never change places.
          <li key={index} data-kind={kind}>
            <span
              className={styles.mark}
              role={kind === "same" ? undefined : "img"}
              aria-label={words[kind] || undefined}
            >
              {MARKS[kind]}
            </span>
            {text}
          </li>
        ))}
      </ul>
    </figure>
  );
}
