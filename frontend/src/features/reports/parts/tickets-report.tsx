import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { TicketReportView } from "../../../api";
import { counted } from "../../../kernel/numbers";
import { Loaded } from "../../../ui/loaded";
import { type Scope, ticketsQuery } from "../queries";
import { Breakdown } from "./breakdown";
import { Chart } from "./chart";
import { Figure } from "./figure";
import { Hours } from "./hours";
import { Count, ListLink } from "./list-link";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";
import { WideTable } from "./wide-table";

interface Props {
  scope: Scope;
  before: Scope | null;
}

/** Whether the desk keeps up, how fast it is, and where the work comes from. */
export function TicketsReport({ scope, before }: Props) {
  const query = useQuery(ticketsQuery(scope));
  const earlier = useQuery({ ...ticketsQuery(before ?? scope), enabled: before !== null });
  const then = before === null ? undefined : (earlier.data?.value ?? null);
  return (
    <Loaded query={query}>
      {({ value }) => (
        <>
          <Totals report={value} then={then} />
          <Trend report={value} />
          <Breakdown scope={scope} />
          <Hours scope={scope} />
        </>
      )}
    </Loaded>
  );
}

function Totals({ report, then }: { report: TicketReportView; then: TicketReportView | null | undefined }) {
  const { t, i18n } = useLingui();
  const { time } = useReportWords();
  const number = (value: number) => counted(value, i18n.locale);
  const { period, first_response: first, resolution } = report;
  const median = (durations: { count: number; median_seconds: number } | undefined) =>
    durations === undefined || durations.count === 0 ? null : durations.median_seconds;
  const was = <Value,>(pick: (from: TicketReportView) => Value) => (then == null ? then : pick(then));
  const slow = Math.ceil(first.p90_seconds);
  const slowAnswer = time(first.p90_seconds);
  const slowSolution = time(resolution.p90_seconds);
  return (
    <ul className={styles.figures} aria-label={t`Totals`}>
      <Figure
        label={t`Filed`}
        value={report.total_tickets}
        before={was((from) => from.total_tickets)}
        write={number}
        query={period.created_query}
      />
      <Figure
        label={t`Resolved`}
        value={report.resolved}
        before={was((from) => from.resolved)}
        write={number}
        query={period.resolved_query}
      />
      <Figure label={t`Reopened`} value={report.reopened} before={was((from) => from.reopened)} write={number} />
      <Figure
        label={t`First answer, median`}
        value={median(first)}
        before={was((from) => median(from.first_response))}
        write={time}
      >
        {first.count === 0 || slow === 0 ? null : (
          <span className={styles.then}>
            <ListLink query={`first_response>${slow}s ${period.created_query}`}>
              <Trans>one in ten took over {slowAnswer}</Trans>
            </ListLink>
          </span>
        )}
      </Figure>
      <Figure
        label={t`Resolution, median`}
        value={median(resolution)}
        before={was((from) => median(from.resolution))}
        write={time}
      >
        {resolution.count === 0 ? null : (
          <span className={styles.then}>
            <Trans>one in ten took over {slowSolution}</Trans>
          </span>
        )}
      </Figure>
    </ul>
  );
}

function Trend({ report }: { report: TicketReportView }) {
  const { t, i18n } = useLingui();
  const { bucket, time } = useReportWords();
  const { trend, period } = report;
  const number = (value: number) => counted(value, i18n.locale);
  const columns = trend.map((each) => {
    const label = bucket(each.date, period.group_by);
    const [filed, resolved] = [number(each.created), number(each.resolved)];
    return {
      label,
      bars: [
        { value: each.created, title: t`${label}: ${filed} filed`, query: each.created_query },
        { value: each.resolved, title: t`${label}: ${resolved} resolved`, query: each.resolved_query },
      ],
    };
  });
  return (
    <section className={styles.part} aria-label={t`Filed and resolved`}>
      <h2 className={styles.heading}>
        <Trans>Filed and resolved</Trans>
      </h2>
      <p className={styles.legend} aria-hidden>
        <span data-series="0">
          <Trans>Filed</Trans>
        </span>
        <span data-series="1">
          <Trans>Resolved</Trans>
        </span>
        <span data-series="line">
          <Trans>Not yet solved</Trans>
        </span>
      </p>
      <Chart columns={columns} line={trend.map(({ backlog }) => backlog)} />
      <details className={styles.behind}>
        <summary>
          <Trans>The numbers as a table</Trans>
        </summary>
        <WideTable label={t`Filed and resolved`}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">
                  {period.group_by === "day" ? t`Day` : period.group_by === "week" ? t`Week from` : t`Month`}
                </th>
                <th scope="col">
                  <Trans>Filed</Trans>
                </th>
                <th scope="col">
                  <Trans>Resolved</Trans>
                </th>
                <th scope="col">
                  <Trans>Not yet solved</Trans>
                </th>
                <th scope="col">
                  <Trans>First answer</Trans>
                </th>
                <th scope="col">
                  <Trans>Resolution</Trans>
                </th>
              </tr>
            </thead>
            <tbody>
              {trend.map((each) => (
                <tr key={each.date}>
                  <th scope="row">{bucket(each.date, period.group_by)}</th>
                  <td>
                    <Count value={each.created} query={each.created_query} />
                  </td>
                  <td>
                    <Count value={each.resolved} query={each.resolved_query} />
                  </td>
                  <td>{number(each.backlog)}</td>
                  <td>{each.first_response.count === 0 ? "–" : time(each.first_response.median_seconds)}</td>
                  <td>{each.resolution.count === 0 ? "–" : time(each.resolution.median_seconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </WideTable>
      </details>
    </section>
  );
}
