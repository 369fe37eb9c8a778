import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import type { FirstStepsView } from "../../../api";
import { changePreferences, usePreferences } from "../../../live/preferences";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { PlaceLink } from "../../../ui/place";
import { firstStepsQuery } from "../queries";
import styles from "./first-steps.module.css";

type Step = Exclude<keyof FirstStepsView, "done">;

const PLACES: Readonly<Record<Step, string>> = {
  named: "/admin/organization",
  logo: "/admin/brands",
  mailbox: "/admin/mailboxes/new",
  team: "/admin/invitations/new",
  canned_response: "/admin/canned-responses/new",
  form: "/admin/forms/new",
  tickets: "/admin/imports/new",
};

/** What a new desk still needs. It ticks itself, and is gone once all is done or it is hidden. */
export function FirstSteps() {
  const allowed = usePermission("organization:manage");
  const hidden = usePreferences()?.first_steps_hidden;
  const steps = useQuery({ ...firstStepsQuery, enabled: allowed && hidden === false }).data?.value;
  return !allowed || hidden !== false || steps === undefined || steps.done ? null : <Checklist steps={steps} />;
}

function Checklist({ steps }: { steps: FirstStepsView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const words: Readonly<Record<Step, string>> = {
    named: t`Set the name that customers see`,
    logo: t`Add your logo`,
    mailbox: t`Add the mailbox that customers write to`,
    team: t`Invite a colleague`,
    canned_response: t`Write your first canned response`,
    form: t`Make a form that asks customers for what you need`,
    tickets: t`Import your tickets, or file the first one`,
  };
  const all = Object.keys(words) as Step[];
  const total = all.length;
  const done = all.filter((step) => steps[step]).length;
  return (
    <section className={styles.steps} aria-label={t`First steps`}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <Trans>First steps</Trans>
        </h2>
        <span className={styles.count}>
          <Trans>
            {done} of {total} done
          </Trans>
        </span>
        <Button onClick={() => void changePreferences(cache, { first_steps_hidden: true })}>
          <Trans>Hide</Trans>
        </Button>
      </div>
      <ol className={styles.list}>
        {all.map((step) => (
          <li key={step} className={styles.step} data-done={steps[step] || undefined}>
            {steps[step] ? (
              <>
                <span role="img" aria-label={t`done`} className={styles.mark}>
                  ✓
                </span>
                <span>{words[step]}</span>
              </>
            ) : (
              <>
                <span aria-hidden className={styles.mark}>
                  ○
                </span>
                <PlaceLink to={PLACES[step]}>{words[step]}</PlaceLink>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
