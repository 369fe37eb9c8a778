import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type SettingsView, updateProfile } from "../../../api";
import { changePreferences, preferencesQuery } from "../../../live/preferences";
import { problemIn } from "../../../live/records";
import { sessionQuery } from "../../../live/session";
import { FormArea, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { Loaded } from "../../../ui/loaded";
import { Picture } from "../parts/picture";
import { SettingsPage } from "../parts/settings-page";
import { settingsQuery } from "../queries";

/** Name, address, telephone and signature of the member. */
export default function ProfilePage() {
  const preferences = useQuery(preferencesQuery);
  return (
    <SettingsPage current="/settings/profile">
      <Loaded query={useQuery(settingsQuery)}>
        {({ profile }) => (
          <>
            <Picture profile={profile} />
            <Loaded query={preferences}>
              {({ signature }) => <ProfileForm profile={profile} signature={signature} />}
            </Loaded>
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function ProfileForm({ profile, signature }: { profile: SettingsView["profile"]; signature: string }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const form = useForm({
    place: "own.profile",
    saved: { name: profile.name, email: profile.email, phone: profile.phone ?? "", signature },
    save: async (_values, { phone, signature: below, ...changes }) => {
      if (below !== undefined) {
        const kept = await changePreferences(cache, { signature: below });
        if (!kept.ok) return kept.problem;
        if (phone === undefined && Object.keys(changes).length === 0) return undefined;
      }
      const answer = await ask(
        updateProfile({ body: { ...changes, ...(phone === undefined ? {} : { phone: phone.trim() || null }) } }),
      );
      if (answer.ok) {
        await cache.invalidateQueries({ queryKey: settingsQuery.queryKey });
        await cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }
      return problemIn(answer);
    },
  });
  const pending = profile.pending_email;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FormPane form={form} title={t`Profile`} intro={<Trans>Customers see your name on your replies.</Trans>}>
      <FormText form={form} name="name" label={t`Name`} autoComplete="name" />
      <FormText
        form={form}
        name="email"
        type="email"
        label={t`E-mail address`}
        autoComplete="email"
        help={t`A new address counts once you open the link in the mail that is sent to it.`}
      />
      {pending === null ? null : (
        <p>
          <Trans>A link was sent to {pending}. Until you open it, your old address stays.</Trans>
        </p>
      )}
      <FormText form={form} name="phone" type="tel" label={t`Phone`} autoComplete="tel" />
      <FormArea
        form={form}
        name="signature"
        label={t`Signature`}
        help={t`Below your replies by mail, in place of the mailbox's. Variables work as in canned responses.`}
      />
      <p>
        <Trans>Times are shown in the zone of this device: {zone}.</Trans>
      </p>
    </FormPane>
  );
}
