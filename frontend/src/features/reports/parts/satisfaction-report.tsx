import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import type { SatisfactionReportView } from "../../../api";
import { counted } from "../../../kernel/numbers";
import { Loaded } from "../../../ui/loaded";
import { satisfactionQuery, type Scope } from "../queries";
import { Chart } from "./chart";
import { Figure } from "./figure";
import { Count } from "./list-link";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";

interface Props {
  scope: Scope;
  before: Scope | null;
}

const BEST = 5;

/** Whether customers are content. */
export function SatisfactionReport({ scope, before }: Props) {
  const { t, i18n } = useLingui();
  const { percent, decimal, bucket } = useReportWords();
  const query = useQuery(satisfactionQuery(scope));
  const earlier = useQuery({ ...satisfactionQuery(before ?? scope), enabled: before !== null });
  const then = before === null ? undefined : (earlier.data?.value ?? null);
  const was = (pick: (from: SatisfactionReportView) => number | null) => (then == null ? then : pick(then));
  const rated = (from: SatisfactionReportView, value: number) => (from.responses === 0 ? null : value);
  return (
    <Loaded query={query}>
      {({ value: report }) => {
        const { period, trend, distribution } = report;
        const columns = trend.map((each) => {
          const label = bucket(each.date, period.group_by);
          const said = each.responses === 0 ? "–" : decimal(each.average_rating);
          return { label, bars: [{ value: each.average_rating, title: `${label}: ${said}`, query: null }] };
        });
        return (
          <>
            <ul className={styles.figures} aria-label={t`Totals`}>
              <Figure
                label={t`Average rating`}
                value={rated(report, report.average_rating)}
                before={was((from) => rated(from, from.average_rating))}
                write={decimal}
              />
              <Figure
                label={t`Ratings`}
                value={report.responses}
                before={was((from) => from.responses)}
                write={(value) => counted(value, i18n.locale)}
                query={period.rated_query}
              />
              <Figure
                label={t`Rated 4 or 5`}
                value={rated(report, report.satisfaction)}
                before={was((from) => rated(from, from.satisfaction))}
                write={percent}
                query={`rating:4,5 ${period.rated_query}`}
              />
              <Figure
                label={t`Ratings for each ticket resolved`}
                value={report.response_rate}
                before={was((from) => from.response_rate)}
                write={percent}
              />
            </ul>
            <section className={styles.part} aria-label={t`Average rating`}>
              <h2 className={styles.heading}>
                <Trans>Average rating</Trans>
              </h2>
              <Chart columns={columns} top={BEST} />
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">
                      <Trans>Rating</Trans>
                    </th>
                    <th scope="col">
                      <Trans>Tickets</Trans>
                    </th>
                    <td aria-hidden />
                  </tr>
                </thead>
                <tbody>
                  {Object.entries(distribution)
                    .reverse()
                    .map(([rating, count]) => (
                      <tr key={rating}>
                        <th scope="row">
                          <Trans>{rating} of 5</Trans>
                        </th>
                        <td>
                          <Count value={count} query={`rating:${rating} ${period.rated_query}`} />
                        </td>
                        <td aria-hidden className={styles.measure}>
                          <span
                            className={styles.length}
                            style={{ inlineSize: `${(count / Math.max(1, report.responses)) * 100}%` }}
                          />
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </section>
          </>
        );
      }}
    </Loaded>
  );
}
