import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import {
  type AgentView,
  ask,
  endAgentSession,
  endAgentSessions,
  type Problem,
  resetAgentSecondFactor,
  serverNow,
  type SessionView,
} from "../../../api";
import { deviceOf } from "../../../kernel/devices";
import { ago, exactly } from "../../../kernel/moments";
import { changed, problemIn } from "../../../live/records";
import { Button } from "../../../ui/button";
import { DangerAct } from "../../../ui/confirm";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { Loaded } from "../../../ui/loaded";
import { SessionRow } from "../../../ui/session-row";
import { useStepUp } from "../../settings";
import { memberSessionsQuery } from "../queries";
import styles from "./member-access.module.css";

/** How a member signs in, and where they are signed in, for those who manage members. */
export function MemberAccess({ member }: { member: AgentView }) {
  const { t } = useLingui();
  return (
    <section className={styles.section} aria-label={t`Sign-in`}>
      <h2>
        <Trans>Sign-in</Trans>
      </h2>
      <p className={styles.factor}>
        {member.two_factor_enabled === true ? (
          <Trans>Second factor: on. Signing in needs a code of their app.</Trans>
        ) : (
          <Trans>Second factor: off. The password alone is enough to sign in.</Trans>
        )}
      </p>
      <MemberSessions member={member} />
    </section>
  );
}

function MemberSessions({ member }: { member: AgentView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [refusal, setRefusal] = useState<Problem>();
  const sentence = useSentence(refusal);
  const query = useQuery(memberSessionsQuery(member.id));

  async function end(session: SessionView | undefined): Promise<void> {
    const path = { agent_id: member.id };
    const answer = await ask(
      session === undefined
        ? endAgentSessions({ path })
        : endAgentSession({ path: { ...path, session_id: session.id } }),
    );
    setRefusal(problemIn(answer));
    await changed(cache, "member-sessions");
  }

  return (
    <>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={refusal?.requestId ?? null} />}
      <Loaded query={query}>
        {({ value: sessions }) =>
          sessions.length === 0 ? (
            <p className={styles.factor}>
              <Trans>Signed in nowhere.</Trans>
            </p>
          ) : (
            <>
              <ul className={styles.sessions} aria-label={t`Sessions`}>
                {sessions.map((session) => (
                  <Session key={session.id} session={session} onEnd={() => void end(session)} />
                ))}
              </ul>
              {sessions.length < 2 ? null : (
                <Button onClick={() => void end(undefined)}>
                  {sessions.some(({ current }) => current) ? (
                    <Trans>End all other sessions</Trans>
                  ) : (
                    <Trans>End all sessions</Trans>
                  )}
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </>
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

/** For a member who lost their phone. */
export function ResetSecondFactor({ member }: { member: AgentView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const { confirmed, dialog } = useStepUp();
  const { name } = member;
  return (
    <>
      <DangerAct
        label={t`Reset the second factor`}
        effect={
          <Trans>
            {name} is signed out everywhere, then signs in with the password alone, and is told by mail. Make sure that
            it is {name} who asks for this.
          </Trans>
        }
        act={async () => {
          const answer = await confirmed(() => ask(resetAgentSecondFactor({ path: { agent_id: member.id } })));
          if (answer.ok) await changed(cache, "members", "member-sessions");
          return problemIn(answer);
        }}
      />
      {dialog}
    </>
  );
}
