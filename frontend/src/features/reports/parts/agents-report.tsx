import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { quoted } from "../../../kernel/chips";
import { Loaded } from "../../../ui/loaded";
import { agentsQuery, type Scope } from "../queries";
import { Count } from "./list-link";
import { useReportWords } from "./report-words";
import styles from "./reports.module.css";
import { WideTable } from "./wide-table";

/** Who carries what. */
export function AgentsReport({ scope }: { scope: Scope }) {
  const { t } = useLingui();
  const { time, percent, decimal } = useReportWords();
  const query = useQuery(agentsQuery(scope));
  return (
    <Loaded query={query}>
      {({ value: { agents, period } }) => {
        const most = Math.max(1, ...agents.map((agent) => agent.tickets_resolved));
        return (
          <WideTable label={t`Agents`}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">
                    <Trans>Agent</Trans>
                  </th>
                  <th scope="col">
                    <Trans>Resolved</Trans>
                  </th>
                  <td aria-hidden />
                  <th scope="col">
                    <Trans>Filed and assigned</Trans>
                  </th>
                  <th scope="col">
                    <Trans>First answer, mean</Trans>
                  </th>
                  <th scope="col">
                    <Trans>Resolution, mean</Trans>
                  </th>
                  <th scope="col">
                    <Trans>Rating</Trans>
                  </th>
                  <th scope="col">
                    <Trans>In time</Trans>
                  </th>
                </tr>
              </thead>
              <tbody>
                {agents.map((agent) => {
                  const theirs = `assignee:${quoted(agent.email)}`;
                  return (
                    <tr key={agent.id}>
                      <th scope="row" dir="auto">
                        {agent.name}
                      </th>
                      <td>
                        <Count value={agent.tickets_resolved} query={`${theirs} ${period.resolved_query}`} />
                      </td>
                      <td aria-hidden className={styles.measure}>
                        <span
                          className={styles.length}
                          style={{ inlineSize: `${(agent.tickets_resolved / most) * 100}%` }}
                        />
                      </td>
                      <td>
                        <Count value={agent.tickets_assigned} query={`${theirs} ${period.created_query}`} />
                      </td>
                      <td>{agent.first_response_seconds === 0 ? "–" : time(agent.first_response_seconds)}</td>
                      <td>{agent.avg_resolution_seconds === 0 ? "–" : time(agent.avg_resolution_seconds)}</td>
                      <td>{agent.ratings === 0 ? "–" : decimal(agent.customer_satisfaction)}</td>
                      <td>{agent.sla_measured === 0 ? "–" : percent(agent.sla_compliance)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </WideTable>
        );
      }}
    </Loaded>
  );
}
