import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { ask, orderRules, type RuleView } from "../../../api";
import { found } from "../../../kernel/finding";
import { linesOfActions, moved } from "../../../kernel/rules";
import { changed } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { LoadingState } from "../../../ui/state";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import { ruleQuery, rulesQuery } from "../queries";
import { useRuleWords } from "../words";

const section = SECTIONS.rules;
/** The list need not wait for the form. */
const RuleForm = lazy(() => import("../parts/rule-form").then((module) => ({ default: module.RuleForm })));

/** The rules in the order in which they fire. */
export default function RulesPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const cache = useQueryClient();
  const words = useRuleWords();
  const mayManage = usePermission("rules:manage");
  const query = useQuery(rulesQuery);
  const one = useQuery({ ...ruleQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const rules = query.data?.items ?? [];

  async function move(ruleId: string, to: number): Promise<void> {
    const from = rules.findIndex((rule) => rule.id === ruleId);
    if (from === -1 || to < 0 || to >= rules.length || from === to) return;
    const order = moved(rules, from, to);
    cache.setQueryData(rulesQuery.queryKey, { items: order, total: order.length });
    await ask(orderRules({ body: { rule_ids: order.map((rule) => rule.id) } }));
    await changed(cache, "rules");
  }

  function rowOf(rule: RuleView) {
    const when = words.when(rule);
    const does = linesOfActions(rule.do).map(words.action).join(", ");
    return {
      id: rule.id,
      name: rule.name,
      to: `${section.to}/${rule.id}`,
      detail: `${when}: ${does}`,
      ...(rule.enabled ? {} : { off: true, mark: t`off` }),
    };
  }

  const list = (
    <ListPane
      title={t`Rules`}
      rows={found(
        rules,
        q,
        ({ name, when }) => `${name} ${JSON.stringify(when)}`,
        () => 0,
      ).map(rowOf)}
      total={query.data?.total ?? 0}
      chosen={id}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New rule` } } : {})}
      {...(mayManage && q === "" ? { move: (ruleId: string, to: number) => void move(ruleId, to) } : {})}
      empty={<Trans>No rules yet. A rule does the same thing to tickets each time.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(rule) => (
        <Suspense fallback={<LoadingState />}>
          <RuleForm
            rule={rule?.value}
            place={rules.findIndex((each) => each.id === id)}
            count={rules.length}
            move={(to) => void move(id ?? "", to)}
          />
        </Suspense>
      )}
    </RecordsPage>
  );
}
