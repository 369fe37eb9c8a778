import { ask, type DraftView, undoComment } from "../api";
import type { Problem } from "../api";
import { markdownOf } from "../kernel/markdown";
import { isBlank } from "../kernel/words";
import { draftOf, wordsIn } from "./drafts";
import { drop, type Outgoing, outgoing, refresh } from "./sending";

/**
 * Takes back a held or failed message: words, files, kind and cursor are as they were. Returns why not, or the draft.
 * What this page has sent itself is put back exactly; of other pages the server knows the document.
 */
export async function undo(memberId: string, commentId: string): Promise<Problem | DraftView> {
  const mine = outgoing().find((each) => each.commentId === commentId);
  const answer = await ask(undoComment({ path: { comment_id: commentId } }));
  if (!answer.ok) return answer.problem;
  if (mine !== undefined) drop(mine.key);
  const found = answer.value;
  const draft = draftOf(memberId, found.ticket.id, found.kind);
  const { id, version, files } = found;
  if (mine !== undefined && found.body === mine.body.body) {
    draft.restore({ ...mine.kept, id, version, saved: false, attempt: undefined });
  } else if (isBlank(draft.kept.words)) {
    draft.adopt(found);
  } else {
    const words = wordsIn(found);
    draft.restore({ words, files, cursor: 0, begun: null, id, version, saved: markdownOf(words) === found.body });
  }
  refresh(found.ticket.id);
  return found;
}

/** The message that `Z` takes back: the one that was sent last and is still held. */
export function lastHeld(messages: readonly Outgoing[]): Outgoing | undefined {
  return messages.findLast((each) => each.state === "held");
}
