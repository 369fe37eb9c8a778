import { Plural, Trans, useLingui } from "@lingui/react/macro";

import { ask, cancelImport, type ImportDetails } from "../../../api";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { SECTIONS, useAfter } from "../../admin-frame";
import { isUnderWay } from "../queries";
import { Lines } from "./lines";
import { Progress } from "./progress";
import styles from "./transfers.module.css";

/** An import that was started: how far it is, what it has brought, and what was refused. */
export function ImportRun({ run }: { run: ImportDetails }) {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.imports, "imports");
  const { refused, adjusted } = run.counts;
  return (
    <div className={styles.pane}>
      <h1>{run.filename}</h1>
      <Progress run={run} />
      <Brought counts={run.counts} />
      {run.has_file ? (
        <section className={styles.part} aria-label={t`Refused lines as a file`}>
          <p>
            <Plural
              value={refused}
              one="# line was not imported. Correct it in this file and import the file again."
              other="# lines were not imported. Correct them in this file and import the file again."
            />
          </p>
          <p>
            <a href={`/api/v1/imports/${run.id}/rejects`} download>
              <Trans>Download the refused lines</Trans>
            </a>
          </p>
        </section>
      ) : null}
      <Lines title={refused > run.refused.length ? t`The first refused lines` : t`Refused lines`} lines={run.refused} />
      <Lines
        title={adjusted > run.adjusted.length ? t`The first adjusted values` : t`Adjusted values`}
        lines={run.adjusted}
      />{" "}
      {/* prettier-ignore */}
      {isUnderWay(run.state) ? (
        <DangerZone>
          <DangerAct
            label={t`Cancel this import`}
            effect={<Trans>It ends after the present batch. What it has brought stays.</Trans>}
            act={async () => after.saved(await ask(cancelImport({ path: { import_id: run.id } })))}
          />
        </DangerZone>
      ) : null}
    </div>
  );
}

function Brought({ counts }: { counts: ImportDetails["counts"] }) {
  const { t, i18n } = useLingui();
  const all: readonly (readonly [string, number])[] = [
    [t`Tickets`, counts.tickets],
    [t`Comments`, counts.comments],
    [t`People`, counts.people],
    [t`Groups`, counts.groups],
    [t`Categories`, counts.categories],
    [t`Brands`, counts.brands],
    [t`Tags`, counts.tags],
    [t`Articles`, counts.articles],
    [t`Files`, counts.files],
    [t`There already`, counts.present],
    [t`Adjusted values`, counts.adjusted],
    [t`Refused lines`, counts.refused],
  ];
  return (
    <section className={styles.part} aria-label={t`What it has brought`}>
      <h2>
        <Trans>What it has brought</Trans>
      </h2>
      <dl className={styles.counts}>
        {all
          .filter(([, count], index) => count > 0 || index === 0)
          .map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{new Intl.NumberFormat(i18n.locale).format(count)}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
