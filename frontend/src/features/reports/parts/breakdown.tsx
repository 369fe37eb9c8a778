import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { fieldDefinitions } from "../../../live/directory";
import { SelectField } from "../../../ui/fields";
import { Loaded } from "../../../ui/loaded";
import { useAddress } from "../../../ui/manage/use-address";
import { breakdownQuery, type Dimension, fieldQuery, type Scope } from "../queries";
import { Count } from "./list-link";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";
import { WideTable } from "./wide-table";

const FIELD = "field.";
const COUNTED = new Set<string>(["dropdown", "multi_select", "nested", "checkbox"]);

interface Part {
  readonly label: string;
  readonly created: number;
  readonly resolved: number;
  readonly createdQuery: string | null;
  readonly resolvedQuery: string | null;
  readonly firstResponse: number | null;
  readonly resolution: number | null;
}

/** The tickets by group, agent, tag, or a field of one's own. */
export function Breakdown({ scope }: { scope: Scope }) {
  const { t } = useLingui();
  const { all, change } = useAddress();
  const { dimensions } = useReportWords();
  const fields = (useQuery(fieldDefinitions).data ?? []).filter(({ type }) => COUNTED.has(type));
  const wanted = all["by"] ?? "group";
  const key = wanted.startsWith(FIELD) ? wanted.slice(FIELD.length) : null;
  const by = Object.keys(dimensions).find((each): each is Dimension => each === wanted) ?? "group";
  const names = Object.entries(dimensions).map(([value, label]) => ({ value, label }));
  const own = fields.map((field) => ({ value: FIELD + field.key, label: field.label }));
  return (
    <section className={styles.part} aria-label={t`Where the work comes from`}>
      <h2 className={styles.heading}>
        <Trans>Where the work comes from</Trans>
      </h2>
      <SelectField
        label={t`By`}
        data={[...names, ...own]}
        value={key === null ? by : wanted}
        onChange={(event) => change({ by: event.currentTarget.value })}
        className={styles.short}
      />
      {key === null ? <ByDimension by={by} scope={scope} /> : <ByField name={key} scope={scope} />}
    </section>
  );
}

function ByDimension({ by, scope }: { by: Dimension; scope: Scope }) {
  const { t } = useLingui();
  const { part, dimensions } = useReportWords();
  const query = useQuery(breakdownQuery(by, scope));
  return (
    <Loaded query={query}>
      {({ value }) => (
        <Parts
          head={dimensions[by]}
          parts={value.parts.map((each) => ({
            label: each.label === null ? t`none` : part(by, each.label),
            created: each.created,
            resolved: each.resolved,
            createdQuery: each.created_query,
            resolvedQuery: each.resolved_query,
            firstResponse: each.first_response_seconds,
            resolution: each.resolution_seconds,
          }))}
        />
      )}
    </Loaded>
  );
}

function ByField({ name, scope }: { name: string; scope: Scope }) {
  const { t } = useLingui();
  const query = useQuery(fieldQuery(name, scope));
  return (
    <Loaded query={query}>
      {({ value: { label, values, period } }) => (
        <Parts
          head={label}
          parts={values.map((each) => {
            const condition = `${FIELD}${name}:${each.value ?? "none"}`;
            return {
              label: each.value === null ? t`none` : (each.label ?? each.value),
              created: each.created,
              resolved: each.resolved,
              createdQuery: `${condition} ${period.created_query}`,
              resolvedQuery: `${condition} ${period.resolved_query}`,
              firstResponse: null,
              resolution: null,
            };
          })}
        />
      )}
    </Loaded>
  );
}

function Parts({ head, parts }: { head: string; parts: readonly Part[] }) {
  const { time } = useReportWords();
  if (parts.length === 0) {
    return (
      <p className={styles.none}>
        <Trans>No tickets in this period.</Trans>
      </p>
    );
  }
  const most = Math.max(1, ...parts.map(({ created }) => created));
  const timed = parts.some(({ firstResponse, resolution }) => firstResponse !== null || resolution !== null);
  return (
    <WideTable label={head}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">
              <Trans>Filed</Trans>
            </th>
            <td aria-hidden />
            <th scope="col">
              <Trans>Resolved</Trans>
            </th>
            {timed ? <TimeHeads /> : null}
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.label}>
              <th scope="row" dir="auto">
                {part.label}
              </th>
              <td>
                <Count value={part.created} query={part.createdQuery} />
              </td>
              <td aria-hidden className={styles.measure}>
                <span className={styles.length} style={{ inlineSize: `${(part.created / most) * 100}%` }} />
              </td>
              <td>
                <Count value={part.resolved} query={part.resolvedQuery} />
              </td>
              {timed ? (
                <>
                  <td>{part.firstResponse === null ? "–" : time(part.firstResponse)}</td>
                  <td>{part.resolution === null ? "–" : time(part.resolution)}</td>
                </>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function TimeHeads() {
  return (
    <>
      <th scope="col">
        <Trans>First answer</Trans>
      </th>
      <th scope="col">
        <Trans>Resolution</Trans>
      </th>
    </>
  );
}
