import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { ask, cancelExport, type ExportView, startExport } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { sizeOf } from "../../../kernel/sizes";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { Progress } from "../parts/progress";
import styles from "../parts/transfers.module.css";
import { exportQuery, exportsQuery, isUnderWay } from "../queries";
import { useStateWords } from "../words";

const section = SECTIONS.exports;

/** Files with the organization's data, made by a job and kept for three days. */
export default function ExportsPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const words = useStateWords();
  const query = useInfiniteQuery(exportsQuery);
  const one = useQuery({ ...exportQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Exports`}
      rows={(query.data?.pages ?? [])
        .flatMap(({ data }) => data)
        .map((run) => ({
          id: run.id,
          name: run.filename,
          to: `${section.to}/${run.id}`,
          detail: exactly(run.created_at, i18n.locale),
          mark: isUnderWay(run.state) ? `${run.percent} %` : words[run.state],
        }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      unsearched
      add={{ to: `${section.to}/new`, label: t`New export` }}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>Nothing was exported yet.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data?.value}>
      {(run) => (run === undefined ? <NewExport /> : <ExportRun run={run} />)}
    </RecordsPage>
  );
}

function NewExport() {
  const { t } = useLingui();
  const after = useAfter(section, "exports");
  const form = useForm<{ format: "jsonl" | "csv"; query: string }>({
    place: "exports.new",
    saved: { format: "jsonl", query: "" },
    save: async ({ format, query }) => {
      const body = format === "csv" && query.trim() !== "" ? { format, query } : { format };
      return after.created(await ask(startExport({ body })));
    },
  });
  return (
    <FormPane
      form={form}
      title={t`New export`}
      intro={
        <Trans>
          A file with customers' messages and internal notes. Only admins can download it; it is deleted after three
          days.
        </Trans>
      }
      create={t`Start the export`}
    >
      <FormSelect
        form={form}
        name="format"
        label={t`Format`}
        choices={[
          { value: "jsonl", label: t`Everything (JSON Lines)`, help: t`Tickets, comments, people, files: can be imported again.` }, // prettier-ignore
          { value: "csv", label: t`Tickets as a table (CSV)`, help: t`One ticket a row, without comments.` },
        ]}
      />
      {form.values.format === "csv" ? (
        <FormText
          form={form}
          name="query"
          label={t`Only tickets that match`}
          help={t`As in the search, for instance status:open tag:late. Empty: all tickets.`}
        />
      ) : null}
    </FormPane>
  );
}

function ExportRun({ run }: { run: ExportView }) {
  const { t, i18n } = useLingui();
  const after = useAfter(section, "exports");
  const size = sizeOf(run.size, i18n.locale);
  const until = run.expires_at === null ? "" : exactly(run.expires_at, i18n.locale);
  return (
    <div className={styles.pane}>
      <h1>{run.filename}</h1>
      {run.query === null ? null : <p className={styles.quiet}>{run.query}</p>}
      <Progress run={run} />
      {run.has_file ? (
        <p className={styles.part}>
          <a href={`/api/v1/exports/${run.id}/file`} download>
            <Trans>Download ({size})</Trans>
          </a>
          <span className={styles.quiet}>
            <Trans>It is deleted {until}.</Trans>
          </span>
        </p>
      ) : run.state === "done" ? (
        <p className={styles.part}>
          <Trans>The file was deleted, as each is after three days.</Trans>
        </p>
      ) : null}
      {isUnderWay(run.state) ? (
        <DangerZone>
          <DangerAct
            label={t`Cancel this export`}
            effect={<Trans>There will be no file.</Trans>}
            act={async () => after.saved(await ask(cancelExport({ path: { export_id: run.id } })))}
          />
        </DangerZone>
      ) : null}
    </div>
  );
}
