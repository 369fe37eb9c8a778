import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type DeliveryView, type Problem, redeliver } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { deliveriesQuery } from "../queries";
import styles from "./connections.module.css";
import { useEventWords } from "./event-words";

/** What was sent to a webhook, with every attempt, newest first. */
export function Deliveries({ id, test }: { id: string; test: () => Promise<Problem | undefined> }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const query = useInfiniteQuery(deliveriesQuery(id));
  const deliveries = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className={styles.section} aria-label={t`Deliveries`}>
      <div className={styles.head}>
        <h2>
          <Trans>Deliveries</Trans>
        </h2>
        <Button onClick={() => void changed(cache, "deliveries")}>
          <Trans>Refresh</Trans>
        </Button>
        <Button onClick={() => void test()}>
          <Trans>Send a test</Trans>
        </Button>
      </div>
      {query.isPending || deliveries.length > 0 ? null : (
        <p>
          <Trans>Nothing was sent yet.</Trans>
        </p>
      )}
      <ul className={styles.rows}>
        {deliveries.map((delivery) => (
          <Delivery key={delivery.id} webhook={id} delivery={delivery} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      ) : null}
    </section>
  );
}

function Delivery({ webhook, delivery }: { webhook: string; delivery: DeliveryView }) {
  const { t, i18n } = useLingui();
  const cache = useQueryClient();
  const words = useEventWords();
  const states: Readonly<Record<string, string>> = {
    pending: t`under way`,
    delivered: t`delivered`,
    failed: t`failed`,
  };
  function outcome({ error, response, duration_ms: duration }: DeliveryView["attempts"][number]): string {
    const status = response?.status ?? 0;
    return error ?? t`answer ${status} after ${duration} ms`;
  }

  async function again(): Promise<void> {
    await ask(redeliver({ path: { webhook_id: webhook, delivery_id: delivery.id } }));
    await changed(cache, "deliveries");
  }
  return (
    <li>
      <details className={styles.delivery}>
        <summary>
          <span>{words[delivery.type] ?? delivery.type}</span>
          <span className={styles.quiet}>{states[delivery.state] ?? delivery.state}</span>
          <span className={styles.quiet}>{exactly(delivery.created_at, i18n.locale)}</span>
        </summary>
        <ol>
          {delivery.attempts.map((attempt) => (
            <li key={attempt.number}>
              {exactly(attempt.at, i18n.locale)} · {outcome(attempt)}
              {attempt.response === null || attempt.response.body === "" ? null : <pre>{attempt.response.body}</pre>}
            </li>
          ))}
        </ol>
        <pre>{JSON.stringify(delivery.body, null, 2)}</pre>
        <Button onClick={() => void again()}>
          <Trans>Send again</Trans>
        </Button>
      </details>
    </li>
  );
}
