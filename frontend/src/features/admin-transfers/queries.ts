import { queryOptions } from "@tanstack/react-query";

import {
  askOrThrow,
  type ExportView,
  getExport,
  getImport,
  type ImportDetails,
  type ImportPreview,
  listExports,
  listFields,
  listImports,
  previewImport,
} from "../../api";
import { pagedList, record, wholeList } from "../../live/records";

/** How a CSV file is read. */
export type Table = NonNullable<ImportPreview["table"]>;
type State = ImportDetails["state"];

const POLL_MS = 1_000;

/** Whether a job still changes it. */
export function isUnderWay(state: State | undefined): boolean {
  return state === "waiting" || state === "running" || state === "stopping";
}

/** While a job works the state is asked for again and again: a reload shows the same. */
function whileUnderWay(found: readonly { state: State }[] | undefined): number | false {
  return (found ?? []).some(({ state }) => isUnderWay(state)) ? POLL_MS : false;
}

export const importsQuery = {
  ...pagedList("imports", {}, (query, signal) => listImports({ query, signal })),
  refetchInterval: ({ state }: { state: { data: { pages: { data: { state: State }[] }[] } | undefined } }) =>
    whileUnderWay(state.data?.pages[0]?.data),
};

export const exportsQuery = {
  ...pagedList("exports", {}, (query, signal) => listExports({ query, signal })),
  refetchInterval: ({ state }: { state: { data: { pages: { data: { state: State }[] }[] } | undefined } }) =>
    whileUnderWay(state.data?.pages[0]?.data),
};

export const importQuery = (id: string) => ({
  ...record("imports", id, (signal) => getImport({ path: { import_id: id }, signal })),
  refetchInterval: ({ state }: { state: { data: { value: ImportDetails } | undefined } }) =>
    whileUnderWay(state.data && [state.data.value]),
});

export const exportQuery = (id: string) => ({
  ...record("exports", id, (signal) => getExport({ path: { export_id: id }, signal })),
  refetchInterval: ({ state }: { state: { data: { value: ExportView } | undefined } }) =>
    whileUnderWay(state.data && [state.data.value]),
});

/** The beginning of an uploaded file; without `table` with a guess of how it is read.
 *  An uploaded file never changes, and once its import has started it has no preview: nothing asks again. */
export const previewQuery = (id: string, table: Table | null) =>
  queryOptions({
    queryKey: ["records", "import-previews", id, table],
    queryFn: ({ signal }) =>
      askOrThrow(previewImport({ path: { import_id: id }, body: table === null ? {} : { table }, signal })),
    staleTime: "static",
  });

export const fieldsQuery = wholeList("fields", (query, signal) => listFields({ query, signal }));
