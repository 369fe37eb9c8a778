import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { counted } from "../../../kernel/numbers";
import { Loaded } from "../../../ui/loaded";
import { hoursQuery, type Scope } from "../queries";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";
import { WideTable } from "./wide-table";

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const DAY = Array.from({ length: 24 }, (_, hour) => hour);

/** When tickets come in, by weekday and hour. */
export function Hours({ scope }: { scope: Scope }) {
  const { t, i18n } = useLingui();
  const { weekday } = useReportWords();
  const query = useQuery(hoursQuery(scope));
  return (
    <section className={styles.part} aria-label={t`When tickets come in`}>
      <h2 className={styles.heading}>
        <Trans>When tickets come in</Trans>
      </h2>
      <Loaded query={query}>
        {({ value: { hours, period } }) => {
          const counts = new Map(hours.map((each) => [`${each.weekday} ${each.hour}`, each.count]));
          const most = Math.max(1, ...counts.values());
          const zone = period.time_zone;
          return (
            <>
              <p className={styles.none}>
                <Trans>
                  Hours of {zone}. The search does not know weekdays and hours, so these numbers lead to no list.
                </Trans>
              </p>
              <WideTable label={t`When tickets come in`}>
                <table className={styles.hours}>
                  <thead>
                    <tr>
                      <td />
                      {DAY.map((hour) => (
                        <th key={hour} scope="col">
                          {hour}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {WEEK.map((day) => (
                      <tr key={day}>
                        <th scope="row">{weekday(day)}</th>
                        {DAY.map((hour) => {
                          const count = counts.get(`${day} ${hour}`) ?? 0;
                          return (
                            <td key={hour}>
                              <span className={styles.heat} style={{ opacity: count / most }} />
                              <span className={styles.cell}>{count === 0 ? "" : counted(count, i18n.locale)}</span>
                            </td>
                          );
                        })}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </WideTable>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
