import { Trans, useLingui } from "@lingui/react/macro";

import { usePermission } from "../../../live/session";
import { EmptyState } from "../../../ui/state";
import { Activity } from "../parts/activity";
import styles from "../parts/dashboard.module.css";
import { Figures } from "../parts/figures";
import { FirstSteps } from "../parts/first-steps";
import { Levels } from "../parts/levels";
import { Staff } from "../parts/staff";
import { Urgent } from "../parts/urgent";

/** What to do now: who waits, what is late, who is here. */
export default function DashboardPage() {
  const { t } = useLingui();
  const allowed = usePermission("dashboard:read");
  if (!allowed) {
    return (
      <EmptyState title={t`This page is not yours to see`}>
        <Trans>An admin of your organization can change your role.</Trans>
      </EmptyState>
    );
  }
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>
        <Trans>Dashboard</Trans>
      </h1>
      <FirstSteps />
      <Figures />
      <div className={styles.columns}>
        <Urgent sort="waiting_since" title={t`Waiting longest for an answer`} />
        <Urgent sort="next_due_at" title={t`Next deadlines`} />
        <Levels />
        <Staff />
        <Activity />
      </div>
    </div>
  );
}
