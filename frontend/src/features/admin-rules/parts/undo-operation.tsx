import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type ExplanationsOperationView as OperationView, type Problem, undoOperation } from "../../../api";
import { changed } from "../../../live/records";
import { useMember, usePermission } from "../../../live/session";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";

/** Takes back a person's change with all that rules and macros did because of it; words stay. */
export function UndoOperation({ operation }: { operation: OperationView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const me = useMember();
  const mayUpdate = usePermission("tickets:update");
  const mayAny = usePermission("tickets:bulk");
  const [kept, setKept] = useState<readonly string[]>();
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const id = operation.operation_id;
  const own = operation.actor?.["id"] === me.id;
  // Without an event of its own the operation is an automation's: its rule's page takes that back.
  if (id === null || operation.events.length === 0 || !mayUpdate || !(own || mayAny)) return null;

  async function undo(operationId: string): Promise<void> {
    const answer = await ask(undoOperation({ path: { operation_id: operationId } }));
    setProblem(answer.ok ? undefined : answer.problem);
    setKept(answer.ok ? answer.value.tickets.flatMap((ticket) => ticket.kept) : undefined);
    if (answer.ok) await changed(cache, "explanation");
  }

  const left = (kept ?? []).join(", ");
  return (
    <span>
      {kept === undefined ? (
        <Button aria-label={t`Undo this change and what rules did because of it`} onClick={() => void undo(id)}>
          <Trans>Undo</Trans>
        </Button>
      ) : null}
      <span role="status">
        {kept === undefined ? null : left === "" ? (
          <Trans>Taken back. Words that were written stay.</Trans>
        ) : (
          <Trans>Taken back, but for what was changed since: {left}.</Trans>
        )}
      </span>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
    </span>
  );
}
