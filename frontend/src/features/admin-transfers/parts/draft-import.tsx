import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ask, cancelImport, type ImportDetails, type ImportPreview, startImport } from "../../../api";
import { sizeOf } from "../../../kernel/sizes";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Recorded } from "../../../ui/manage/recorded";
import { useSettled } from "../../../ui/use-settled";
import { SECTIONS, useAfter } from "../../admin-frame";
import { previewQuery, type Table } from "../queries";
import { Mapping, type MappingValues, tableOf } from "./mapping";
import { PreviewTickets } from "./preview-tickets";
import { Lines } from "./lines";

/** An uploaded file: how it is read, what its first lines would become, and the start. */
export function DraftImport({ draft }: { draft: ImportDetails }) {
  const query = useQuery(previewQuery(draft.id, null));
  return (
    <Recorded query={query} value={query.data}>
      {(preview) => <Draft draft={draft} first={preview} />}
    </Recorded>
  );
}

function Draft({ draft, first }: { draft: ImportDetails; first: ImportPreview }) {
  const { t, i18n } = useLingui();
  const after = useAfter(SECTIONS.imports, "imports", "tickets", "first-steps");
  const form = useForm<MappingValues>({
    place: `imports.${draft.id}`,
    saved: {
      encoding: first.table?.encoding ?? "utf-8",
      delimiter: first.table?.delimiter ?? ",",
      dates: first.table?.dates ?? "iso",
      columns: first.table?.columns ?? [],
      words: "",
    },
    save: async (values) => {
      const table = first.table === null ? null : tableOf(values);
      const body = table === null ? {} : { table };
      return after.saved(await ask(startImport({ path: { import_id: draft.id }, body })));
    },
  });
  const table: Table | null = first.table === null ? null : tableOf(form.values);
  const asked = useSettled(JSON.stringify(table), 250);
  const wanted = JSON.parse(asked) as Table | null;
  const shown = useQuery({ ...previewQuery(draft.id, wanted), placeholderData: keepPreviousData }).data ?? first;
  const size = sizeOf(draft.size, i18n.locale);
  return (
    <FormPane
      form={form}
      title={draft.filename}
      intro={
        <Trans>
          {size}, uploaded but not imported yet. Imported tickets are history: they send no mail and wake no rule.
        </Trans>
      }
      create={t`Start the import`}
      effect={<Effect preview={shown} />}
      foot={
        <>
          <PreviewTickets preview={shown} />
          <Lines title={t`Lines that would be refused`} lines={shown.refused} />
          <DangerZone>
            <DangerAct
              label={t`Delete this file`}
              effect={<Trans>Nothing of it has been imported. It would be deleted after a day anyway.</Trans>}
              act={async () => after.deleted(await ask(cancelImport({ path: { import_id: draft.id } })))}
            />
          </DangerZone>
        </>
      }
    >
      {first.table === null ? null : <Mapping form={form} preview={shown} />}
    </FormPane>
  );
}

/** Who gets a role by it, before anything does. */
function Effect({ preview }: { preview: ImportPreview }) {
  const staff = preview.staff.join(", ");
  if (preview.staff.length === 0) return null;
  return (
    <Plural
      value={preview.staff.length}
      one={`# person becomes staff: ${staff}`}
      other={`# people become staff: ${staff}`}
    />
  );
}
