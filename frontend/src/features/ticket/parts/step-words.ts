import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";

import type { HistoryView } from "../../../api";
import type { Words } from "../../../kernel/commands";
import { isRecord } from "../../../kernel/pushed";
import { PRIORITY_WORDS, STATUS_WORDS, TYPE_WORDS } from "../words";

const FIELDS: Readonly<Record<string, Words>> = {
  subject: msg`subject`,
  description: msg`description`,
  status: msg`status`,
  priority: msg`priority`,
  type: msg`type`,
  assignee_id: msg`assignee`,
  group_id: msg`group`,
  category_id: msg`category`,
  brand_id: msg`brand`,
  tags: msg`tags`,
  custom_fields: msg`fields`,
  fields: msg`fields`,
};

/** The fields whose values have words of their own. */
const VALUES: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  status: STATUS_WORDS,
  priority: PRIORITY_WORDS,
  type: TYPE_WORDS,
};

const ACTS: Readonly<Partial<Record<HistoryView["action"], Words>>> = {
  created: msg`filed the ticket`,
  deleted: msg`deleted the ticket`,
  restored: msg`restored the ticket`,
  comment_edited: msg`edited a message`,
  comment_deleted: msg`deleted a message`,
  sla_warning: msg`a deadline is near`,
  sla_breached: msg`a deadline was missed`,
  follower_added: msg`added a follower`,
  follower_removed: msg`removed a follower`,
  escalated: msg`escalated it`,
  rule_halted: msg`rules stopped`,
  rule_fired: msg`rule`,
  macro_applied: msg`macro`,
};

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** The people and groups that a step names by their ids. */
export function idsIn(step: HistoryView): readonly string[] {
  return changesOf(step)
    .filter(([name]) => name === "assignee_id")
    .flatMap(([, { was, now }]) => [was, now])
    .filter((value): value is string => typeof value === "string");
}

/** Says what a step changed, in words. `names` are those of people by id. */
export function useStepWords(names: ReadonlyMap<string, string>): (step: HistoryView) => string {
  const { i18n, t } = useLingui();

  function valueWords(field: string, value: unknown): string {
    if ((value ?? "") === "") return t`none`;
    if (Array.isArray(value)) return value.map(String).join(", ") || t`none`;
    if (typeof value === "boolean") return value ? t`yes` : t`no`;
    if (typeof value !== "string") return JSON.stringify(value);
    const known = VALUES[field]?.[value];
    if (known !== undefined) return i18n._(known);
    return names.get(value) ?? (ID.test(value) ? t`another` : value);
  }

  function changeWords(field: string, was: unknown, now: unknown): string {
    const label = FIELDS[field] === undefined ? field.replace(/^fields\./, "") : i18n._(FIELDS[field]);
    if (field === "description" || field === "custom_fields" || isRecord(now)) return t`${label} changed`;
    const before = valueWords(field, was);
    const after = valueWords(field, now);
    return was === null ? `${label}: ${after}` : `${label}: ${before} → ${after}`;
  }

  return (step) => {
    const changes = changesOf(step);
    if (changes.length > 0) return changes.map(([field, { was, now }]) => changeWords(field, was, now)).join(" · ");
    if (step.action === "feedback_received") {
      const rating = String(step.changes["rating"]);
      return t`rated ${rating} of 5`;
    }
    if (step.action === "linked" || step.action === "unlinked") {
      const number = String(step.changes["number"]);
      return step.action === "linked" ? t`linked with #${number}` : t`no longer linked with #${number}`;
    }
    const known = ACTS[step.action];
    const words = known === undefined ? step.action.replaceAll("_", " ") : i18n._(known);
    return [words, step.changes["name"]].filter(Boolean).join(": ");
  };
}

function changesOf(step: HistoryView): [string, { was: unknown; now: unknown }][] {
  return Object.entries(step.changes).flatMap(([name, change]) =>
    isRecord(change) && "was" in change && "now" in change ? [[name, { was: change["was"], now: change["now"] }]] : [],
  );
}
