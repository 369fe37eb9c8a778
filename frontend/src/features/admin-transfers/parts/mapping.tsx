import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { ImportPreview } from "../../../api";
import { SelectField } from "../../../ui/fields";
import { FormArea, FormSelect } from "../../../ui/form/bound";
import type { Form } from "../../../ui/form/use-form";
import { fieldsQuery, type Table } from "../queries";
import { useTargets } from "../words";
import styles from "./transfers.module.css";

/** How a table is read, as its form holds it. */
export interface MappingValues {
  encoding: Table["encoding"] & string;
  delimiter: Table["delimiter"] & string;
  dates: Table["dates"] & string;
  columns: readonly string[];
  /** Words of the file to translate, one a line: "Waiting = pending". */
  words: string;
}

/** The form's values as the server takes them. */
export function tableOf({ encoding, delimiter, dates, columns, words }: MappingValues): Table {
  const pairs = words.split("\n").map((line) => line.split("=").map((part) => part.trim()));
  const meant = Object.fromEntries(pairs.filter(([from, to]) => from && to) as [string, string][]);
  const values: Table["values"] =
    Object.keys(meant).length === 0 ? {} : { status: meant, priority: meant, type: meant };
  return { encoding, delimiter, dates, columns: [...columns], values };
}

/** What each column fills, with the first cells below its title. */
export function Mapping({ form, preview }: { form: Form<MappingValues>; preview: ImportPreview }) {
  const { t } = useLingui();
  return (
    <>
      <div className={styles.row}>
        <FormSelect
          form={form}
          name="encoding"
          label={t`Encoding`}
          choices={[
            { value: "utf-8", label: "UTF-8" },
            { value: "windows-1252", label: "Windows-1252" },
            { value: "utf-16", label: "UTF-16" },
          ]}
        />
        <FormSelect
          form={form}
          name="delimiter"
          label={t`Delimiter`}
          choices={[
            { value: ",", label: t`Comma` },
            { value: ";", label: t`Semicolon` },
            { value: "\t", label: t`Tab` },
            { value: "|", label: t`Bar` },
          ]}
        />
        <FormSelect
          form={form}
          name="dates"
          label={t`Dates`}
          choices={[
            { value: "iso", label: t`year-month-day` },
            { value: "day_first", label: t`day/month/year` },
            { value: "month_first", label: t`month/day/year` },
          ]}
        />
      </div>
      <Columns form={form} preview={preview} />
      <FormArea
        form={form}
        name="words"
        label={t`Words to translate`}
        help={t`Of status, priority and type, one a line: Waiting for customer = pending`}
      />
    </>
  );
}

function Columns({ form, preview }: { form: Form<MappingValues>; preview: ImportPreview }) {
  const { t } = useLingui();
  const targets = useTargets();
  const defined = (useQuery(fieldsQuery).data?.items ?? []).map(({ key, label }) => ({ value: `field:${key}`, label }));
  const { columns } = form.values;
  const unassigned = ["subject", "requester_email"].some((target) => !columns.includes(target));

  function assign(index: number, target: string): void {
    form.set(
      "columns",
      preview.columns.map((_, at) => (at === index ? target : (columns[at] ?? ""))),
    );
  }

  return (
    <section className={styles.part} aria-label={t`Columns`}>
      <h2>
        <Trans>Columns</Trans>
      </h2>
      {unassigned ? (
        <p role="status">
          <Trans>Each ticket needs a subject and the requester's address: assign a column to each.</Trans>
        </p>
      ) : null}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t`Column of the file`}</th>
            <th scope="col">{t`Becomes`}</th>
            <th scope="col">{t`First cells`}</th>
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((title, index) => (
            // Two columns may have the same title.
            <tr key={`${index}.${title}`}>
              <th scope="row">{title}</th>
              <td>
                <SelectField
                  aria-label={t`Column ${title} becomes`}
                  value={columns[index] ?? ""}
                  onChange={(event) => assign(index, event.currentTarget.value)}
                  data={choicesOf(title, columns[index] ?? "", targets, defined, t`Custom field “${title}”`)}
                />
              </td>
              <td>
                <div className={styles.sample}>
                  {preview.rows
                    .map((row) => row[index] ?? "")
                    .filter(Boolean)
                    .join(" · ")}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type Choices = readonly { value: string; label: string }[];

/** What a column may become: a field of tickets, a custom field that is defined, or one of the column's name. */
function choicesOf(title: string, chosen: string, targets: Choices, defined: Choices, own: string) {
  const named = { value: `field:${title}`, label: own };
  const all = [...targets, ...defined, ...(defined.some(({ value }) => value === named.value) ? [] : [named])];
  const listed = all.some(({ value }) => value === chosen);
  return (listed ? all : [...all, { value: chosen, label: chosen }]).map(({ value, label }) => ({ value, label }));
}
