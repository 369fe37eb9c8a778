import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

import type { CommentView } from "../../../api";
import { useMember } from "../../../live/session";
import { undo } from "../../../live/undoing";
import { Button } from "../../../ui/button";
import { reopen } from "./reopening";

/** On one's own message that is held or failed: takes it back into the composer. */
export function HeldNotice({ comment }: { comment: CommentView }) {
  const { t } = useLingui();
  const member = useMember();
  const [problem, setProblem] = useState("");
  if (comment.state === "sent" || comment.author_id !== member.id) return null;

  async function takeBack(): Promise<void> {
    const found = await undo(member.id, comment.id);
    if ("code" in found) setProblem(found.message || t`The server cannot be reached.`);
    else reopen(comment.ticket_id, comment.public ? "reply" : "note");
  }

  return (
    <>
      <Button onClick={() => void takeBack()}>
        {comment.state === "failed" ? <Trans>Edit</Trans> : <Trans>Undo</Trans>}
      </Button>
      {problem === "" ? null : <span role="alert">{problem}</span>}
    </>
  );
}
