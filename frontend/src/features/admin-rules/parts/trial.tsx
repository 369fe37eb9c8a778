import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import { ask, getTicket, type Problem, serverNow, type TrialView, tryRule } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/fields";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { PlaceLink } from "../../../ui/place";
import { ChangeWords } from "./change-words";
import styles from "./rules.module.css";

/** A little less than the server's limit: its clock is another one. */
const WEEK_MS = 7 * 86_400_000 - 300_000;
/** Trials of one ticket may look further back than a week. */
const LONG_AGO = "2000-01-01T00:00:00Z";

interface Props {
  /** The rule as it is written in the form, as v1 takes it; `null` where it cannot be read. */
  draft: () => object | null;
  /** The saved rule that the draft takes the place of. */
  ruleId: string | undefined;
}

/** Tries a rule over the past before it holds: it shows what it would have done, and does nothing. */
export function Trial({ draft, ruleId }: Props) {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const [found, setFound] = useState<TrialView>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const sentence = useSentence(problem);

  async function run(ticket: string): Promise<void> {
    setBusy(true);
    setFound(undefined);
    setProblem(await tried(ticket));
    setBusy(false);
  }

  async function tried(ticket: string): Promise<Problem | undefined> {
    const rule = draft();
    if (rule === null) return undefined;
    const one = ticket === "" ? null : await ask(getTicket({ path: { ticket_id: ticket.replace("#", "").trim() } }));
    if (one?.ok === false) return one.problem;
    const scope =
      one === null
        ? { since: new Date(serverNow() - WEEK_MS).toISOString() }
        : { since: LONG_AGO, ticket_ids: [one.value.id] };
    const body = { rule, ...(ruleId === undefined ? {} : { rule_id: ruleId }), ...scope };
    const answer = await ask(tryRule({ body: body as never }));
    if (!answer.ok) return answer.problem;
    setFound(answer.value);
    return undefined;
  }

  return (
    <section className={styles.trial} aria-label={t`Try it`}>
      <h2>
        <Trans>Try it</Trans>
      </h2>
      <p>
        <Trans>Shows what the rule, as written above, would have done. It changes nothing.</Trans>
      </p>
      <div className={styles.order}>
        <Button disabled={busy} onClick={() => void run("")}>
          <Trans>On the last 7 days</Trans>
        </Button>
        <TextField
          label={t`Or on one ticket`}
          placeholder="#1042"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button disabled={busy || number.trim() === ""} onClick={() => void run(number)}>
          <Trans>Try this ticket</Trans>
        </Button>
      </div>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <div role="status">{found === undefined ? null : <Found trial={found} />}</div>
    </section>
  );
}

function Found({ trial }: { trial: TrialView }) {
  const { t, i18n } = useLingui();
  const fires = trial.tried.filter(({ difference }) => difference !== "gone");
  const words = {
    same: t`as it did`,
    new: t`it did not then`,
    gone: t`it fired then, and would not now`,
    other: t`it did something else then`,
  };
  return (
    <>
      <p>
        <Plural value={fires.length} one="It would have fired once" other="It would have fired # times" />
        {", "}
        <Plural value={trial.tickets} one="on # ticket looked at." other="of # tickets looked at." />
        {trial.next_after === null ? null : (
          <>
            {" "}
            <Trans>There are more tickets than one trial looks at.</Trans>
          </>
        )}
      </p>
      <ul className={styles.tried}>
        {trial.tried.map((each) => (
          <li key={`${each.ticket_id} ${each.event_id}`}>
            <PlaceLink to={`/inbox/all/${each.number}`}>
              #{each.number} <span dir="auto">{each.subject}</span>
            </PlaceLink>
            <span className={styles.quiet}>
              {exactly(each.at, i18n.locale)} · {words[each.difference]}
            </span>
            <ChangeWords changes={each.changes} />
            {each.destinations.map(({ kind, to }, place) => (
              <span key={place}>{to.length === 0 ? kind : `${kind} → ${to.join(", ")}`}</span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
