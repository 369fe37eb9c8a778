import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { SafeHtml } from "../../../ui/safe-html";
import { useSettled } from "../../../ui/use-settled";
import { renderedQuery } from "../queries";
import styles from "./knowledge.module.css";

const PAUSE_MS = 400;
/** The article as customers see it, while it is written. */
export function Preview({ title, text }: { title: string; text: string }) {
  const { t } = useLingui();
  const settled = useSettled(text, PAUSE_MS);
  const shown = settled.trim() !== "";
  const { data } = useQuery({ ...renderedQuery(settled), enabled: shown, placeholderData: keepPreviousData });
  return (
    <section className={styles.preview} aria-label={t`Preview`} aria-live="off">
      <p className={styles.faint}>
        <Trans>As customers see it</Trans>
      </p>
      <h2 className={styles.title} dir="auto">
        {title}
      </h2>
      {shown && data != null ? <SafeHtml html={data} className={styles.text} /> : null}
    </section>
  );
}
