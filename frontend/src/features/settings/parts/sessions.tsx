import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, endOtherSessions, endSession, serverNow, type SessionView } from "../../../api";
import { deviceOf } from "../../../kernel/devices";
import { ago, exactly } from "../../../kernel/moments";
import { Button } from "../../../ui/button";
import { Loaded } from "../../../ui/loaded";
import { SessionRow } from "../../../ui/session-row";
import { sessionsQuery } from "../queries";
import styles from "./security.module.css";

/** Where one is signed in, with a way to end each session. */
export function Sessions() {
  const { t } = useLingui();
  const cache = useQueryClient();
  const query = useQuery(sessionsQuery);

  async function end(session: SessionView | undefined): Promise<void> {
    await ask(session === undefined ? endOtherSessions() : endSession({ path: { session_id: session.id } }));
    await cache.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  }

  return (
    <section className={styles.section} aria-label={t`Sessions`}>
      <h2>
        <Trans>Sessions</Trans>
      </h2>
      <Loaded query={query}>
        {(sessions) => (
          <>
            <ul className={styles.sessions}>
              {sessions.map((session) => (
                <Session key={session.id} session={session} onEnd={() => void end(session)} />
              ))}
            </ul>
            {sessions.length < 2 ? null : (
              <Button onClick={() => void end(undefined)}>
                <Trans>End all other sessions</Trans>
              </Button>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Session({ session, onEnd }: { session: SessionView; onEnd: () => void }) {
  const { t, i18n } = useLingui();
  const device = deviceOf(session.user_agent) || t`Unknown device`;
  const used = ago(session.last_used_at, new Date(serverNow()), i18n.locale);
  return (
    <SessionRow
      device={device}
      detail={[session.current ? t`this session` : t`last used: ${used}`, session.ip].filter(Boolean).join(" · ")}
      title={exactly(session.last_used_at, i18n.locale)}
      end={session.current ? undefined : { word: t`End`, name: t`End the session of ${device}`, act: onEnd }}
    />
  );
}
