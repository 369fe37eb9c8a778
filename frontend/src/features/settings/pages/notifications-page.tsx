import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type SettingsView, updateNotifications } from "../../../api";
import { problemIn } from "../../../live/records";
import { FormCheck } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import { Outside } from "../parts/outside";
import { SettingsPage } from "../parts/settings-page";
import { settingsQuery } from "../queries";

/** The notices that one wants, and the ways in which they come. */
export default function NotificationsPage() {
  return (
    <SettingsPage current="/settings/notifications">
      <Loaded query={useQuery(settingsQuery)}>{({ notifications }) => <Notices saved={notifications} />}</Loaded>
    </SettingsPage>
  );
}

function Notices({ saved }: { saved: SettingsView["notifications"] }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const form = useForm({
    place: "own.notifications",
    saved,
    save: async (_values, changes) => {
      const answer = await ask(updateNotifications({ body: changes }));
      if (answer.ok) await cache.invalidateQueries({ queryKey: settingsQuery.queryKey });
      return problemIn(answer);
    },
  });
  return (
    <FormPane form={form} title={t`Notifications`} intro={<Trans>What you do yourself never notifies you.</Trans>}>
      <FormCheck form={form} name="ticket_assignments" label={t`A ticket is assigned to me`} />
      <FormCheck
        form={form}
        name="ticket_updates"
        label={t`Something happens on my tickets`}
        help={t`A reply, a new status or priority, a deadline, a rating; also on tickets of your groups that nobody has taken`}
      />
      <FormCheck form={form} name="mentions" label={t`Somebody mentions me`} />
      <FormCheck
        form={form}
        name="email_notifications"
        label={t`Also by mail`}
        help={t`Each of the notices chosen above is mailed to you, too.`}
      />
      <FormCheck
        form={form}
        name="daily_summary"
        label={t`A summary each morning`}
        help={t`A mail with your open tickets`}
      />
      <Outside />
    </FormPane>
  );
}
