import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { exactly } from "../../../kernel/moments";
import { counted } from "../../../kernel/numbers";
import { Loaded } from "../../../ui/loaded";
import { PlaceLink } from "../../../ui/place";
import { SECTIONS } from "../../admin-frame";
import { mailStatusQuery } from "../queries";
import styles from "./mail.module.css";

/** Whether mail comes in and goes out. */
export function MailFigures() {
  const { t, i18n } = useLingui();
  const query = useQuery(mailStatusQuery);
  const say = (value: number) => counted(value, i18n.locale);
  return (
    <section className={styles.pane} aria-label={t`State of mail`}>
      <h1 className={styles.title}>
        <Trans>State of mail</Trans>
      </h1>
      <Loaded query={query}>
        {({ value }) => (
          <dl className={styles.facts}>
            <div>
              <dt>
                <Trans>Waits to be filed</Trans>
              </dt>
              <dd>
                {say(value.waiting)}
                {value.oldest_waiting === null ? null : (
                  <>
                    {" · "}
                    <Trans>since</Trans> {exactly(value.oldest_waiting, i18n.locale)}
                  </>
                )}
              </dd>
            </div>
            <div>
              <dt>
                <PlaceLink to={`${SECTIONS.mails.to}?state=quarantined`}>
                  <Trans>In quarantine</Trans>
                </PlaceLink>
              </dt>
              <dd>{say(value.quarantined)}</dd>
            </div>
            <div>
              <dt>
                <PlaceLink to={`${SECTIONS.unsent.to}?state=queued`}>
                  <Trans>Waits to be sent</Trans>
                </PlaceLink>
              </dt>
              <dd>{say(value.queued)}</dd>
            </div>
            <div>
              <dt>
                <PlaceLink to={`${SECTIONS.unsent.to}?state=delayed`}>
                  <Trans>Delayed: tried again</Trans>
                </PlaceLink>
              </dt>
              <dd>{say(value.delayed)}</dd>
            </div>
            <div>
              <dt>
                <PlaceLink to={`${SECTIONS.unsent.to}?state=failed`}>
                  <Trans>Failed</Trans>
                </PlaceLink>
              </dt>
              <dd>{say(value.failed)}</dd>
            </div>
            <div>
              <dt>
                <PlaceLink to={SECTIONS.suppressed.to}>
                  <Trans>Suppressed addresses</Trans>
                </PlaceLink>
              </dt>
              <dd>{say(value.suppressed)}</dd>
            </div>
            <div>
              <dt>
                <PlaceLink to="/admin/senders">
                  <Trans>Blocked and trusted senders</Trans>
                </PlaceLink>
              </dt>
            </div>
          </dl>
        )}
      </Loaded>
    </section>
  );
}
