import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { exactly } from "../../../kernel/moments";
import { PlaceLink } from "../../../ui/place";
import { firingsQuery } from "../queries";
import styles from "./rules.module.css";

/** When a rule last fired, and what it could not do. */
export function Firings({ id }: { id: string }) {
  const { t, i18n } = useLingui();
  const { data } = useQuery(firingsQuery(id));
  if (data === undefined) return null;
  return (
    <section className={styles.firings} aria-label={t`Last firings`}>
      <h2>
        <Trans>Last firings</Trans>
      </h2>
      {data.value.length > 0 ? null : (
        <p>
          <Trans>It has not fired yet.</Trans>
        </p>
      )}
      <ul>
        {data.value.map((firing) => (
          <li key={firing.event_id}>
            <PlaceLink to={`/why/${firing.ticket_id}`}>{exactly(firing.at, i18n.locale)}</PlaceLink>
            {firing.refused.length === 0 ? null : (
              <>
                {" · "}
                <Plural
                  value={firing.refused.length}
                  one="# action was not possible"
                  other="# actions were not possible"
                />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
