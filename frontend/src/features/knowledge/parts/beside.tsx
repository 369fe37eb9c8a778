import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { ArticleView } from "../../../api";
import { localeName } from "../../../kernel/locales";
import { Button } from "../../../ui/button";
import { SafeHtml } from "../../../ui/safe-html";
import { ErrorState } from "../../../ui/state";
import { translationsQuery } from "../language-queries";
import { articleQuery } from "../queries";
import styles from "./knowledge.module.css";
import { Preview } from "./preview";

interface BesideProps {
  title: string;
  text: string;
  article: ArticleView | undefined;
  /** What a new article translates; it is shown first. */
  original: ArticleView | undefined;
}

/** Next to the form: the article as customers see it, or what it says in another language. */
export function Beside({ title, text, article, original }: BesideProps) {
  const { t, i18n } = useLingui();
  const from = article?.id ?? original?.id;
  const [shown, setShown] = useState(original?.id ?? "");
  const found = useQuery({ ...translationsQuery(from ?? ""), enabled: from !== undefined }).data?.value ?? [];
  const others = found.filter(({ id }) => id !== article?.id);
  const choices = [
    { id: "", label: t`Preview` },
    ...others.map(({ id, locale }) => ({ id, label: localeName(locale, i18n.locale) })),
  ];
  return (
    <div className={styles.beside}>
      {others.length === 0 ? null : (
        <div className={styles.choices} role="group" aria-label={t`Beside the form`}>
          {choices.map(({ id, label }) => (
            <Button key={id} aria-pressed={id === shown} onClick={() => setShown(id)}>
              {label}
            </Button>
          ))}
        </div>
      )}
      {shown === "" ? <Preview title={title} text={text} /> : <Other key={shown} id={shown} />}
    </div>
  );
}

/** An article in another language, to read and to copy from. */
function Other({ id }: { id: string }) {
  const { t, i18n } = useLingui();
  const query = useQuery(articleQuery(id));
  const [source, setSource] = useState(false);
  const other = query.data?.value;
  if (query.error !== null) return <ErrorState message={query.error.message} retry={() => void query.refetch()} />;
  if (other === undefined) return null;
  const name = localeName(other.locale, i18n.locale);
  return (
    <section className={styles.preview} aria-label={t`In ${name}`} lang={other.locale}>
      <p className={styles.faint} lang={i18n.locale}>
        <Trans>In {name}</Trans>{" "}
        <Button aria-pressed={source} onClick={() => setSource(!source)}>
          <Trans>As Markdown</Trans>
        </Button>
      </p>
      <h2 className={styles.title} dir="auto">
        {other.title}
      </h2>
      {source ? (
        <pre className={styles.source} dir="auto">
          {other.content}
        </pre>
      ) : (
        <SafeHtml html={other.content_html ?? ""} className={styles.text} />
      )}
    </section>
  );
}
