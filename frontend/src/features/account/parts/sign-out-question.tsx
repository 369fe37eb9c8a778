import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ticketIn } from "../../../live/entities";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import type { OnlyHere } from "./sign-out";
import styles from "./sign-out-question.module.css";

interface Props {
  left: OnlyHere;
  leave: (forget: boolean) => void;
  stay: () => void;
}

/** Names what only this browser has, before its author signs out. */
export function SignOutQuestion({ left, leave, stay }: Props) {
  const { t } = useLingui();
  const cache = useQueryClient();
  return (
    <Dialog
      opened
      onClose={stay}
      title={t`Not sent and only in this browser`}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <div className={styles.question}>
        <ul className={styles.words}>
          {left.drafts.map(({ key, ticketId, line }) => {
            const ticket = ticketIn(cache, ticketId);
            return (
              <Line
                key={key}
                name={ticket === undefined ? t`Draft` : `#${ticket.number} ${ticket.subject}`}
                line={line}
              />
            );
          })}
          {left.tickets.map((words) => (
            <Line key={words} name={t`New ticket`} line={words} />
          ))}
        </ul>
        <p>
          <Trans>
            People who use this browser after you could find kept words. They are there when you sign in here again.
          </Trans>
        </p>
        <div className={styles.acts}>
          <Button data-autofocus onClick={stay}>
            <Trans>Stay signed in</Trans>
          </Button>
          <Button onClick={() => leave(true)}>
            <Trans>Delete them and sign out</Trans>
          </Button>
          <Button variant="filled" onClick={() => leave(false)}>
            <Trans>Keep them and sign out</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Line({ name, line }: { name: string; line: string }) {
  return (
    <li>
      <strong dir="auto">{name}</strong>
      <span dir="auto">{line}</span>
    </li>
  );
}
