import { useLingui } from "@lingui/react/macro";

import type { RuleView } from "../../api";
import type { ActionLine } from "../../kernel/rules";

interface RuleWords {
  /** An occasion such as `ticket.created`; others as they are. */
  occasion: (name: string) => string;
  /** The moment that an automation counts from, such as `staff.wrote`. */
  moment: (name: string) => string;
  /** When a rule fires, to be read before what it does. */
  when: (rule: RuleView) => string;
  /** The kinds of actions that the form offers, in words. */
  readonly kinds: Readonly<Record<string, string>>;
  /** An action as a sentence. */
  action: (line: ActionLine) => string;
}

/** Rules in words. */
export function useRuleWords(): RuleWords {
  const { t, i18n } = useLingui();
  const occasions: Readonly<Record<string, string>> = {
    "ticket.created": t`a ticket is filed`,
    "ticket.updated": t`a ticket changes`,
    "ticket.assigned": t`a ticket is assigned`,
    "ticket.reopened": t`a ticket is reopened`,
    "comment.added": t`a reply or note is added`,
    "ticket.woke": t`a ticket has waited long enough`,
    "ticket.merged": t`a ticket is merged`,
    "sla.warning": t`a deadline comes near`,
    "sla.breached": t`a deadline is missed`,
    "feedback.received": t`a customer gives feedback`,
  };
  const kinds: Readonly<Record<string, string>> = {
    "set.status": t`set the status to`,
    "set.priority": t`set the priority to`,
    "set.type": t`set the type to`,
    "set.group": t`set the group to`,
    "set.category": t`set the category to`,
    "fill.group": t`if it has no group, set`,
    "fill.category": t`if it has no category, set`,
    add_tags: t`add the tags`,
    remove_tags: t`remove the tags`,
    assign: t`assign it to`,
    snooze: t`let it wait for`,
    escalate: t`escalate it`,
    "escalate.group": t`escalate it to the group`,
    follow: t`let follow it`,
    unfollow: t`end the following of`,
    "reply.text": t`reply`,
    "reply.canned": t`reply with the canned response`,
    "note.text": t`write the note`,
    "note.canned": t`write as a note the canned response`,
    "notify.assignee": t`notify the assignee`,
    "notify.leads": t`notify the leads`,
    "mail.requester": t`mail the requester`,
    "mail.assignee": t`mail the assignee`,
    "mail.group": t`mail the group`,
    "mail.leads": t`mail the leads`,
    "mail.followers": t`mail the followers`,
    macro: t`use the macro`,
    distribute: t`distribute it within its group`,
    "distribute.group": t`distribute it within the group`,
    json: t`as JSON:`,
  };
  const moments: Readonly<Record<string, string>> = {
    created: t`it was filed`,
    updated: t`its last change`,
    solved: t`it was solved`,
    status: t`its status was set`,
    assigned: t`it was assigned`,
    "customer.wrote": t`the customer last wrote`,
    "staff.wrote": t`the staff last wrote`,
    "due.first_response": t`the deadline of its first response`,
    "due.resolution": t`its deadline`,
  };
  const occasion = (name: string) => occasions[name] ?? name;
  const moment = (name: string) => moments[name] ?? name;
  return {
    occasion,
    moment,
    when: (rule) => {
      const { after, every } = rule;
      if (every !== null) return t`By the calendar, ${every}`;
      if (after !== null) {
        const since = moment(rule.since ?? "");
        return t`${after} after ${since}`;
      }
      const any = new Intl.ListFormat(i18n.locale, { type: "disjunction" }).format(rule.on.map(occasion));
      return t`When ${any}`;
    },
    kinds,
    action: ({ kind, value }) => `${kinds[kind] ?? kind} ${hasWords(kind) ? `“${value}”` : value}`.trim(),
  };
}

/** Whether the value of an action is a text of several lines. */
export function hasWords(kind: string): boolean {
  return /^(reply\.text|note\.text|notify\.|mail\.)/.test(kind);
}
