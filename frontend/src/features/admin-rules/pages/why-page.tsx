import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import {
  ask,
  explainRule,
  getTicket,
  type AppliedMacroView,
  type ExplanationsOperationView as OperationView,
  type Problem,
  type WhyNot,
} from "../../../api";
import { exactly } from "../../../kernel/moments";
import { record } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { SelectField } from "../../../ui/fields";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { Loaded } from "../../../ui/loaded";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { ChangeWords } from "../parts/change-words";
import { UndoOperation } from "../parts/undo-operation";
import styles from "../parts/rules.module.css";
import { explanationQuery, rulesQuery } from "../queries";

const ticketQuery = (named: string) =>
  record("why", named, (signal) => getTicket({ path: { ticket_id: named }, signal }));

/** Why a ticket is as it is: what each rule did on it, and why another one did not. */
export default function WhyPage() {
  const named = useChosen() ?? "";
  const query = useQuery(ticketQuery(named));
  const mayAsk = usePermission("rules:read");
  return (
    <div className={styles.why}>
      <Loaded query={query}>
        {({ value: { id, number, subject } }) => (
          <>
            <h1>
              <Trans>
                What rules and macros did on{" "}
                <PlaceLink to={`/inbox/all/${number}`}>
                  #{number} {subject}
                </PlaceLink>
              </Trans>
            </h1>
            <Operations ticketId={id} />
            {mayAsk ? <WhyNotForm ticketId={id} /> : null}
          </>
        )}
      </Loaded>
    </div>
  );
}

function Operations({ ticketId }: { ticketId: string }) {
  const query = useQuery(explanationQuery(ticketId));
  return (
    <Loaded query={query}>
      {({ value }) =>
        value.length === 0 ? (
          <p>
            <Trans>No rule or macro did anything.</Trans>
          </p>
        ) : (
          <ol className={styles.versions}>
            {value.map((operation) => (
              <li key={`${operation.at} ${operation.operation_id ?? ""}`}>
                <Operation operation={operation} />
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Operation({ operation }: { operation: OperationView }) {
  const { i18n } = useLingui();
  const who = typeof operation.actor?.["name"] === "string" ? operation.actor["name"] : "Deskbell";
  return (
    <>
      <strong>
        {exactly(operation.at, i18n.locale)} · {who} · {operation.events.join(", ")}
      </strong>
      {operation.macro === null ? null : <UsedMacro used={operation.macro} />}
      {operation.rules.map((fired) => {
        const refused = fired.refused.join(", ");
        const held = fired.held.map(({ operator }) => operator).join(", ");
        return (
          <div key={fired.event_id} className={styles.fired}>
            <PlaceLink to={`/admin/rules/${fired.rule.id}`}>{fired.rule.name}</PlaceLink>
            {held === "" ? null : (
              <span className={styles.quiet}>
                <Trans>because of {held}</Trans>
              </span>
            )}
            {fired.macros.map((macro) => (
              <MacroLink key={macro.id} macro={macro} />
            ))}
            <ChangeWords changes={fired.changes} />
            <Effects effects={fired.effects} />
            {fired.refused.length === 0 ? null : (
              <span className={styles.mistake}>
                <Trans>Not possible: {refused}</Trans>
              </span>
            )}
          </div>
        );
      })}
      <UndoOperation operation={operation} />
    </>
  );
}

/** A macro that a person used: what it changed, and what followed. */
function UsedMacro({ used }: { used: AppliedMacroView }) {
  return (
    <div className={styles.fired}>
      <MacroLink macro={used.macro} />
      <ChangeWords changes={used.changes} />
      <Effects effects={used.effects} />
    </div>
  );
}

function MacroLink({ macro: { id, name, version } }: { macro: AppliedMacroView["macro"] }) {
  return (
    <span>
      <Trans>
        Macro <PlaceLink to={`/admin/macros/${id}`}>{name}</PlaceLink>, version {version}
      </Trans>
    </span>
  );
}

function Effects({ effects }: { effects: AppliedMacroView["effects"] }) {
  return effects.map((effect, place) => (
    <span key={place}>
      {effect.kind}: {effect.outcome}
      {effect.reason === null ? "" : ` (${effect.reason})`}
    </span>
  ));
}

/** Asks a rule why it did not fire on this ticket. */
function WhyNotForm({ ticketId }: { ticketId: string }) {
  const { t } = useLingui();
  const rules = useQuery(rulesQuery).data?.items ?? [];
  const [chosen, setChosen] = useState("");
  const [answer, setAnswer] = useState<WhyNot>();
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const ruleId = chosen === "" ? rules[0]?.id : chosen;

  async function run(): Promise<void> {
    if (ruleId === undefined) return;
    const found = await ask(explainRule({ path: { rule_id: ruleId }, body: { ticket_id: ticketId } }));
    setAnswer(found.ok ? found.value : undefined);
    setProblem(found.ok ? undefined : found.problem);
  }

  if (rules.length === 0) return null;
  return (
    <section className={styles.trial} aria-label={t`Why not`}>
      <h2>
        <Trans>Why a rule did not fire</Trans>
      </h2>
      <div className={styles.order}>
        <SelectField
          label={t`Rule`}
          value={ruleId ?? ""}
          data={rules.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => {
            setChosen(event.currentTarget.value);
            setAnswer(undefined);
          }}
        />
        <Button onClick={() => void run()}>
          <Trans>Ask it about the last change</Trans>
        </Button>
      </div>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <div role="status">{answer === undefined ? null : <Answer answer={answer} />}</div>
    </section>
  );
}

function Answer({ answer: { wakes, holds, operators } }: { answer: WhyNot }) {
  return (
    <>
      <p>
        {!wakes ? (
          <Trans>The last change was none of those that the rule waits for.</Trans>
        ) : holds ? (
          <Trans>All its conditions held, so it fires on such a change.</Trans>
        ) : (
          <Trans>A condition did not hold.</Trans>
        )}
      </p>
      <ul className={styles.tried}>
        {operators.map(({ path, operator, holds: held, value }) => (
          <li key={path}>
            <span className={styles.mono}>
              {held ? "✓" : "✗"} {operator}
            </span>
            <span className={styles.quiet}>
              {held ? <Trans>held</Trans> : <Trans>did not hold</Trans>}: {JSON.stringify(value)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
