import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { ArticleView } from "../../../api";
import { translationInto } from "../../../kernel/article-place";
import { localeChoices, localeName } from "../../../kernel/locales";
import { Button } from "../../../ui/button";
import { SelectField } from "../../../ui/fields";
import { PlaceLink, useGo } from "../../../ui/place";
import { Section } from "../../../ui/section";
import { translationsQuery } from "../language-queries";
import styles from "./knowledge.module.css";

/** The languages of an article: each leads to its own form, and a missing one is made from here. */
export function Languages({ article }: { article: ArticleView }) {
  const { t } = useLingui();
  return (
    <Section id="article-languages" title={t`Languages`}>
      <Translations article={article} />
    </Section>
  );
}

function Translations({ article }: { article: ArticleView }) {
  const { t, i18n } = useLingui();
  const go = useGo();
  const [into, setInto] = useState("");
  const found = useQuery(translationsQuery(article.id)).data?.value;
  if (found === undefined) return null;
  const taken = found.map(({ locale }) => locale);
  return (
    <>
      <ul className={styles.languages} aria-label={t`Languages`}>
        {found.map(({ id, locale, title, published, visibility }) => (
          <li key={id}>
            <span className={styles.faint}>{localeName(locale, i18n.locale)}</span>{" "}
            {id === article.id ? (
              <Trans>this one</Trans>
            ) : (
              <PlaceLink to={`/knowledge/${id}`} keepSearch>
                {title}
              </PlaceLink>
            )}
            {published ? null : (
              <>
                {" · "}
                {visibility === "internal" ? <Trans>internal</Trans> : <Trans>draft</Trans>}
              </>
            )}
          </li>
        ))}
      </ul>
      <form
        className={styles.into}
        onSubmit={(event) => {
          event.preventDefault();
          if (into !== "") go(translationInto(into, article.id));
        }}
      >
        <SelectField
          label={t`Translate into`}
          value={into}
          onChange={(event) => setInto(event.currentTarget.value)}
          data={[{ value: "", label: "" }, ...localeChoices(i18n.locale, taken)]}
        />
        <Button type="submit" disabled={into === ""}>
          <Trans>Translate</Trans>
        </Button>
      </form>
    </>
  );
}
