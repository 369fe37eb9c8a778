import {
  getField,
  getRule,
  getVocabulary,
  listRuleVersions,
  getExplanation,
  listDeletedFields,
  listFields,
  listRuleFirings,
  listRules,
} from "../../api";
import { record, wholeList } from "../../live/records";

export const rulesQuery = wholeList("rules", (query, signal) => listRules({ query, signal }));

export const ruleQuery = (id: string) => record("rules", id, (signal) => getRule({ path: { rule_id: id }, signal }));

/** The newest firings of a rule. */
export const firingsQuery = (id: string) =>
  record("firings", id, (signal) =>
    listRuleFirings({ path: { rule_id: id }, query: { limit: 5, sort: "at", order: "desc" }, signal }),
  );

/** The occasions and operators that rules may name. */
export const vocabularyQuery = record("vocabulary", "all", (signal) => getVocabulary({ signal }));

export const fieldsQuery = wholeList("fields", (query, signal) => listFields({ query, signal }));

export const fieldQuery = (key: string) => record("fields", key, (signal) => getField({ path: { key }, signal }));

export const deletedFieldsQuery = record("fields", "deleted", (signal) => listDeletedFields({ signal }));

/** The saves of a rule, newest first. */
export const versionsQuery = (id: string) =>
  record("rules", `${id} versions`, (signal) =>
    listRuleVersions({ path: { rule_id: id }, query: { limit: 50 }, signal }),
  );

/** What rules did on a ticket. */
export const explanationQuery = (ticketId: string) => ({
  ...record("explanation", ticketId, (signal) => getExplanation({ path: { ticket_id: ticketId }, signal })),
  staleTime: 0,
});
