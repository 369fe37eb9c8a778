import { useLingui } from "@lingui/react/macro";

import type { ActionLine } from "../../kernel/rules";

interface RuleWords {
  /** An occasion such as `ticket.created`; others as they are. */
  occasion: (name: string) => string;
  /** The kinds of actions that the form offers, in words. */
  readonly kinds: Readonly<Record<string, string>>;
  /** An action as a sentence. */
  action: (line: ActionLine) => string;
}

/** Rules in words. */
export function useRuleWords(): RuleWords {
  const { t } = useLingui();
  const occasions: Readonly<Record<string, string>> = {
    "ticket.created": t`a ticket is filed`,
    "ticket.updated": t`a ticket changes`,
    "ticket.assigned": t`a ticket is assigned`,
    "ticket.reopened": t`a ticket is reopened`,
    "comment.added": t`a reply or note is added`,
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
    remove_tags: t`take away the tags`,
    assign: t`assign it to`,
  };
  return {
    occasion: (name) => occasions[name] ?? name,
    kinds,
    action: ({ kind, value }) => `${kinds[kind] ?? kind} ${value}`,
  };
}
