import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";

import { before } from "../../../kernel/periods";
import { usePermission } from "../../../live/session";
import { useAddress } from "../../../ui/manage/use-address";
import { PlaceLink } from "../../../ui/place";
import { EmptyState } from "../../../ui/state";
import { AgentsReport } from "../parts/agents-report";
import { SatisfactionReport } from "../parts/satisfaction-report";
import { daysIn, ScopeBar } from "../parts/scope-bar";
import { SlaReport } from "../parts/sla-report";
import { TicketsReport } from "../parts/tickets-report";
import styles from "../parts/reports.module.css";

const REPORTS = ["tickets", "sla", "agents", "satisfaction"] as const;

/** The figures of a period. Each that can be named leads to a list of as many tickets. */
export default function ReportsPage() {
  const { t } = useLingui();
  const allowed = usePermission("reports:read");
  const { report: wanted } = useParams({ strict: false });
  const { all, q } = useAddress();
  if (!allowed) {
    return (
      <EmptyState title={t`This page is not yours to see`}>
        <Trans>Reports are for team leads and admins. An admin of your organization can change your role.</Trans>
      </EmptyState>
    );
  }
  const report = REPORTS.find((each) => each === wanted) ?? "tickets";
  const names = { tickets: t`Tickets`, sla: t`Service levels`, agents: t`Agents`, satisfaction: t`Satisfaction` };
  const { span, ...days } = daysIn(all);
  const scope = { ...days, q };
  const earlier = all["compare"] === "yes" ? { ...before(days), q } : null;
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>
        <Trans>Reports</Trans>
      </h1>
      <nav className={styles.tabs} aria-label={t`Reports`}>
        {REPORTS.map((each) => (
          <PlaceLink
            key={each}
            to={`/reports/${each}`}
            keepSearch
            className={styles.tab ?? ""}
            aria-current={each === report ? "page" : undefined}
          >
            {names[each]}
          </PlaceLink>
        ))}
      </nav>
      <ScopeBar report={report} scope={scope} span={span} />
      {report === "tickets" ? <TicketsReport scope={scope} before={earlier} /> : null}
      {report === "sla" ? <SlaReport scope={scope} before={earlier} /> : null}
      {report === "agents" ? <AgentsReport scope={scope} /> : null}
      {report === "satisfaction" ? <SatisfactionReport scope={scope} before={earlier} /> : null}
    </div>
  );
}
