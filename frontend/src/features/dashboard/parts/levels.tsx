import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { Loaded } from "../../../ui/loaded";
import { levelsQuery } from "../queries";
import styles from "./dashboard.module.css";

/** Whether promises are kept: each service level with its target. */
export function Levels() {
  const { t, i18n } = useLingui();
  const query = useQuery(levelsQuery);
  const percent = (value: number) =>
    new Intl.NumberFormat(i18n.locale, { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
  return (
    <section className={styles.part} aria-label={t`Service levels`}>
      <h2 className={styles.heading}>
        <Trans>Service levels</Trans>
      </h2>
      <Loaded query={query}>
        {({ value: levels }) => (
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">
                  <Trans>Level</Trans>
                </th>
                <th scope="col">
                  <Trans>Kept</Trans>
                </th>
                <th scope="col">
                  <Trans>Target</Trans>
                </th>
                <th scope="col">
                  <Trans>Measured</Trans>
                </th>
              </tr>
            </thead>
            <tbody>
              {levels.map((level) => (
                <tr key={level.label}>
                  <th scope="row">{level.label}</th>
                  <td data-late={(level.measured > 0 && level.value < level.target) || undefined}>
                    {level.measured === 0 ? "–" : percent(level.value)}
                  </td>
                  <td>{percent(level.target)}</td>
                  <td>{level.measured}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </section>
  );
}
