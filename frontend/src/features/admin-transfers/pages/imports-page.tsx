import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { exactly } from "../../../kernel/moments";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { DraftImport } from "../parts/draft-import";
import { ImportRun } from "../parts/import-run";
import { NewImport } from "../parts/new-import";
import { importQuery, importsQuery, isUnderWay } from "../queries";
import { useStateWords } from "../words";

const section = SECTIONS.imports;

/** Tickets from elsewhere: the imports so far, the upload of a file, and the progress. */
export default function ImportsPage() {
  const { t, i18n } = useLingui();
  const id = useChosen();
  const words = useStateWords();
  const query = useInfiniteQuery(importsQuery);
  const one = useQuery({ ...importQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Imports`}
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
      add={{ to: `${section.to}/new`, label: t`New import` }}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>Nothing was imported yet. Tickets come from CSV, Zendesk, GitHub or another Deskbell.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data?.value}>
      {(run) =>
        run === undefined ? (
          <NewImport />
        ) : run.state === "draft" ? (
          <DraftImport draft={run} />
        ) : (
          <ImportRun run={run} />
        )
      }
    </RecordsPage>
  );
}
