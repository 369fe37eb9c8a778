import { Trans, useLingui } from "@lingui/react/macro";

import type { ExportView, ImportView } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { isUnderWay } from "../queries";
import { useStateWords } from "../words";
import styles from "./transfers.module.css";

/** How far a job is, who started it and how it ended. */
export function Progress({ run }: { run: ImportView | ExportView }) {
  const { t, i18n } = useLingui();
  const words = useStateWords();
  const { percent, started_by: who } = run;
  const when = exactly(run.created_at, i18n.locale);
  const ended = run.finished_at === null ? null : exactly(run.finished_at, i18n.locale);
  const state = words[run.state];
  return (
    <section className={styles.part} aria-label={t`Progress`}>
      <p role="status">
        {isUnderWay(run.state) ? (
          <Trans>
            {state}, {percent} % done
          </Trans>
        ) : (
          state
        )}{" "}
        {/* prettier-ignore */}
      </p>
      {isUnderWay(run.state) ? (
        <>
          <progress className={styles.progress} max={100} value={percent} aria-label={t`Progress`} />
          <p className={styles.quiet}>
            <Trans>It goes on when this page is closed.</Trans>
          </p>
        </>
      ) : null}
      {run.error === null ? null : <p role="alert">{run.error}</p>}
      <p className={styles.quiet}>
        <Trans>
          Started by {who}, {when}
        </Trans>
        {ended === null ? null : (
          <>
            {" · "}
            <Trans>ended {ended}</Trans>
          </>
        )}
      </p>
    </section>
  );
}
