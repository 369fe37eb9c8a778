import { useLingui } from "@lingui/react/macro";

/** The events that a webhook can be sent, by noun. */
export const EVENT_TYPES: readonly string[] = [
  "ticket.created",
  "ticket.updated",
  "ticket.assigned",
  "ticket.escalated",
  "ticket.deleted",
  "ticket.restored",
  "ticket.purged",
  "comment.added",
  "comment.edited",
  "comment.deleted",
  "sla.warning",
  "sla.breached",
  "feedback.received",
  "member.added",
  "member.updated",
  "member.removed",
];

/** Events in words. */
export function useEventWords(): Readonly<Record<string, string>> {
  const { t } = useLingui();
  return {
    "ticket.created": t`Ticket filed`,
    "ticket.updated": t`Ticket changed`,
    "ticket.assigned": t`Ticket assigned`,
    "ticket.escalated": t`Ticket escalated`,
    "ticket.deleted": t`Ticket deleted`,
    "ticket.restored": t`Ticket restored`,
    "ticket.purged": t`Ticket purged`,
    "comment.added": t`Reply or note added`,
    "comment.edited": t`Reply or note edited`,
    "comment.deleted": t`Reply or note deleted`,
    "sla.warning": t`Deadline near`,
    "sla.breached": t`Deadline missed`,
    "feedback.received": t`Rating received`,
    "member.added": t`Member added`,
    "member.updated": t`Member changed`,
    "member.removed": t`Member removed`,
  };
}
