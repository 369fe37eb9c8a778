import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { SlaReportView, TargetResults } from "../../../api";
import { counted } from "../../../kernel/numbers";
import { Loaded } from "../../../ui/loaded";
import { type Scope, slaQuery } from "../queries";
import { Chart } from "./chart";
import { Figure } from "./figure";
import { Count } from "./list-link";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";
import { WideTable } from "./wide-table";

interface Props {
  scope: Scope;
  before: Scope | null;
}

/** Whether promises are kept. */
export function SlaReport({ scope, before }: Props) {
  const { t } = useLingui();
  const { percent } = useReportWords();
  const query = useQuery(slaQuery(scope));
  const earlier = useQuery({ ...slaQuery(before ?? scope), enabled: before !== null });
  const then = before === null ? undefined : (earlier.data?.value ?? null);
  const was = (pick: (from: SlaReportView) => number | null) => (then == null ? then : pick(then));
  return (
    <Loaded query={query}>
      {({ value }) => (
        <>
          <ul className={styles.figures} aria-label={t`Totals`}>
            <Figure
              label={t`First answer in time`}
              value={kept(value.first_response)}
              before={was((from) => kept(from.first_response))}
              write={percent}
            />
            <Figure
              label={t`Solved in time`}
              value={kept(value.resolution)}
              before={was((from) => kept(from.resolution))}
              write={percent}
            />
          </ul>
          <Levels title={t`First answer`} target="first" report={value} />
          <Levels title={t`Resolution`} target="resolution" report={value} />
        </>
      )}
    </Loaded>
  );
}

function Levels({ title, target, report }: { title: string; target: "first" | "resolution"; report: SlaReportView }) {
  const { i18n, t } = useLingui();
  const { bucket, percent, word } = useReportWords();
  const { period, trend } = report;
  const missed = `breached:${target} ${period.created_query}`;
  const number = (value: number) => counted(value, i18n.locale);
  const of = (part: { first_response: TargetResults; resolution: TargetResults }) =>
    target === "first" ? part.first_response : part.resolution;
  const columns = trend.map((each) => {
    const [label, value] = [bucket(each.date, period.group_by), of(each).compliance];
    const said = of(each).measured === 0 ? "–" : percent(value);
    return { label, bars: [{ value, title: t`${label}: ${said} in time`, query: null }] };
  });
  const rows = [
    ...Object.entries(report.by_priority).map(([name, part]) => ({
      label: word(name),
      counts: of(part),
      query: `priority:${name} ${missed}`,
    })),
    { label: t`All`, counts: of(report), query: missed },
  ];
  return (
    <section className={styles.part} aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      <Chart columns={columns} top={100} />
      <WideTable label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Priority</Trans>
              </th>
              <th scope="col">
                <Trans>In time</Trans>
              </th>
              <th scope="col">
                <Trans>Met</Trans>
              </th>
              <th scope="col">
                <Trans>Missed</Trans>
              </th>
              <th scope="col">
                <Trans>Still open</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, counts, query }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{counts.measured === 0 ? "–" : percent(counts.compliance)}</td>
                <td>{number(counts.met)}</td>
                <td>
                  <Count value={counts.breached} query={query} />
                </td>
                <td>{number(counts.pending)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </section>
  );
}

function kept({ measured, compliance }: TargetResults): number | null {
  return measured === 0 ? null : compliance;
}
