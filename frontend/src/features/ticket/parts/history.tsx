import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { exactly } from "../../../kernel/moments";
import { type Conversation, fetchEarlier } from "../../../live/opening";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { PlaceLink } from "../../../ui/place";
import styles from "./history.module.css";
import { StepLine } from "./steps";

/** The latest that is shown before one asks for more. */
const SHOWN = 8;

/** What was set on a ticket, latest first, and how its requester rated it. */
export function History({ conversation, ticketId }: { conversation: Conversation; ticketId: string }) {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const mayExplain = usePermission("tickets:explain");
  const steps = conversation.entries.flatMap(({ step }) => step ?? []).toReversed();
  const rated = steps.find(({ action }) => action === "feedback_received");
  const rating = Number(rated?.changes["rating"] ?? 0);
  const words = rated?.changes["comment"];
  return (
    <>
      {rated === undefined ? null : (
        <figure className={styles.rating}>
          <span role="img" aria-label={t`Rated ${rating} of 5`} title={exactly(rated.created_at, i18n.locale)}>
            {"★".repeat(rating)}
            {"☆".repeat(Math.max(0, 5 - rating))}
          </span>
          {typeof words === "string" && words !== "" ? <blockquote dir="auto">{words}</blockquote> : null}
        </figure>
      )}
      <ol className={styles.steps}>
        {steps.slice(0, SHOWN).map((step) => (
          <li key={step.id}>
            <StepLine step={step} withDay />
          </li>
        ))}
      </ol>
      {steps.length > SHOWN ? (
        <details>
          <summary className={styles.all}>
            <Trans>Show all</Trans>
          </summary>
          <ol className={styles.steps}>
            {steps.slice(SHOWN).map((step) => (
              <li key={step.id}>
                <StepLine step={step} withDay />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
      {mayExplain ? (
        <PlaceLink to={`/why/${ticketId}`}>
          <Trans>What rules did</Trans>
        </PlaceLink>
      ) : null}
      {conversation.next === null ? null : (
        <Button size="compact-xs" onClick={() => void fetchEarlier(cache, ticketId).catch(() => undefined)}>
          <Trans>Earlier</Trans>
        </Button>
      )}
    </>
  );
}
