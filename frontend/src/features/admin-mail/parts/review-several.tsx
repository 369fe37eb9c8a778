import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type LoggedMail, type Problem, type Review, reviewMails } from "../../../api";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Checkbox } from "../../../ui/checks";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import styles from "./mail.module.css";

interface Props {
  mails: readonly LoggedMail[];
  /** Selects every mail that the list shows; undefined where all are. */
  all: (() => void) | undefined;
  none: () => void;
}

const MOST_AT_ONCE = 100;

/** One decision about several mails in quarantine. */
export function ReviewSeveral({ mails, all, none }: Props) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [block, setBlock] = useState(false);
  const [busy, setBusy] = useState(false);
  const [left, setLeft] = useState(0);
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const isEmpty = mails.length === 0;

  async function decide(action: Review["action"]): Promise<void> {
    setBusy(true);
    const ids = mails.slice(0, MOST_AT_ONCE).map((mail) => mail.id);
    const answer = await ask(reviewMails({ body: { ids, action, block_sender: action === "reject" && block } }));
    setBusy(false);
    setProblem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    setLeft(answer.value.filter((each) => !each.ok).length);
    none();
    await changed(cache, "mails", "mail-senders");
  }

  return (
    <section className={styles.several} aria-label={t`Selected mails`}>
      <p role="status">
        {isEmpty ? null : <Plural value={mails.length} one="# selected" other="# selected" />}
        {isEmpty && left > 0 ? (
          <Plural value={left} one="One mail stays as it is." other="# mails stay as they are." />
        ) : null}
      </p>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <div className={styles.acts}>
        {all === undefined ? null : (
          <Button onClick={all}>
            <Trans>Select all shown</Trans>
          </Button>
        )}
        {isEmpty ? null : (
          <>
            <Button onClick={none}>
              <Trans>Clear</Trans>
            </Button>
            <Button variant="filled" disabled={busy} onClick={() => void decide("release")}>
              <Trans>Release</Trans>
            </Button>
            <Button disabled={busy} onClick={() => void decide("ticket")}>
              <Trans>Make tickets of them</Trans>
            </Button>
            <Button disabled={busy} onClick={() => void decide("trust")}>
              <Trans>Release and trust the senders</Trans>
            </Button>
            <Button disabled={busy} onClick={() => void decide("reject")}>
              <Trans>Reject</Trans>
            </Button>
          </>
        )}
      </div>
      {isEmpty ? null : (
        <Checkbox
          label={t`Refuse further mail of these senders when rejecting`}
          checked={block}
          onChange={(event) => setBlock(event.currentTarget.checked)}
        />
      )}
    </section>
  );
}
