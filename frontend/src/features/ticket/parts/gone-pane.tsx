import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, restoreTicket } from "../../../api";
import { timeOfDay } from "../../../kernel/moments";
import { putTickets } from "../../../live/entities";
import { useNames } from "../../../live/names";
import { type Gone, setGone } from "../../../live/opening";
import { usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { EmptyState } from "../../../ui/state";

/** In place of a ticket that was deleted while it was open. */
export function GonePane({ id, number, gone }: { id: string; number: number; gone: Gone }) {
  const { i18n, t } = useLingui();
  const cache = useQueryClient();
  const mayRestore = usePermission("tickets:delete");
  const [problem, setProblem] = useState("");
  const time = timeOfDay(gone.at, i18n.locale);
  const who = useNames(gone.by === null ? [] : [gone.by]).get(gone.by ?? "");

  async function restore(): Promise<void> {
    const answer = await ask(restoreTicket({ path: { ticket_id: id } }));
    if (!answer.ok) {
      setProblem(answer.problem.message || t`The server cannot be reached.`);
      return;
    }
    putTickets(cache, [answer.value]);
    setGone(cache, id, null);
    await cache.invalidateQueries({ queryKey: ["opening", number] });
  }

  return (
    <EmptyState
      title={
        who === undefined
          ? t`Ticket #${number} was deleted at ${time}`
          : t`Ticket #${number} was deleted by ${who} at ${time}`
      }
      act={
        mayRestore ? (
          <Button onClick={() => void restore()}>
            <Trans>Restore</Trans>
          </Button>
        ) : undefined
      }
    >
      {problem === "" ? <Trans>Your drafts for it are kept.</Trans> : <span role="alert">{problem}</span>}
    </EmptyState>
  );
}
