import { Plural, Trans, useLingui } from "@lingui/react/macro";

import type { ImportPreview } from "../../../api";
import { exactly } from "../../../kernel/moments";
import styles from "./transfers.module.css";

/** The first tickets as the import would file them. */
export function PreviewTickets({ preview }: { preview: ImportPreview }) {
  const { t, i18n } = useLingui();
  return (
    <section className={styles.part} aria-label={t`Preview`}>
      <h2>
        <Trans>Preview</Trans>
      </h2>
      {preview.tickets.length === 0 ? (
        <p>
          <Trans>The beginning of this file makes no tickets.</Trans>
        </p>
      ) : (
        <>
          <p className={styles.quiet}>
            <Plural
              value={preview.tickets_read}
              one="# ticket in the beginning of the file"
              other="# tickets in the beginning of the file; these are the first"
            />
          </p>
          {/* A wide table scrolls in its own box, which the keyboard must reach. */}
          {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
          <div className={styles.scroll} tabIndex={0} role="region" aria-label={t`First tickets`}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t`Subject`}</th>
                  <th scope="col">{t`Requester`}</th>
                  <th scope="col">{t`Status`}</th>
                  <th scope="col">{t`Priority`}</th>
                  <th scope="col">{t`Created`}</th>
                  <th scope="col">{t`Tags`}</th>
                  <th scope="col">{t`Comments`}</th>
                </tr>
              </thead>
              <tbody>
                {preview.tickets.map((ticket) => (
                  <tr key={ticket.line}>
                    <td>{ticket.subject}</td>
                    <td>{ticket.requester}</td>
                    <td>{ticket.status}</td>
                    <td>{ticket.priority}</td>
                    <td>{ticket.created_at === null ? "" : exactly(ticket.created_at, i18n.locale)}</td>
                    <td>{ticket.tags.join(", ")}</td>
                    <td>{ticket.comments}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
