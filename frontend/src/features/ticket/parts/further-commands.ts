import type { Ticket } from "../../../live/entities";
import { usePermission } from "../../../live/session";
import { useLinkCommand } from "./use-links";
import { useSnoozeCommand } from "./use-snooze";

interface Props {
  ticket: Ticket;
  mayChange: boolean;
  fail: (words: string) => void;
}

/** The commands that are rarer than those that open with a ticket: they come with the details, which it does not wait for. */
export function FurtherCommands({ ticket, mayChange, fail }: Props): null {
  const mayReadNotes = usePermission("comments:internal");
  useLinkCommand(ticket.id, mayChange && mayReadNotes, fail);
  useSnoozeCommand(ticket, mayChange, fail);
  return null;
}
