import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type PolicyView, previewPolicies, setPolicies } from "../../../api";
import { secondsOf, spanOf } from "../../../kernel/spans";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { FormPane } from "../../../ui/form/form-pane";
import { type Refusal, useForm } from "../../../ui/form/use-form";
import { Recorded } from "../../../ui/manage/recorded";
import { useSettled } from "../../../ui/use-settled";
import { AdminPage, SECTIONS, useAfter } from "../../admin-frame";
import { TargetMatrix } from "../parts/target-matrix";
import { PRIORITIES, type Targets, TARGETS } from "../parts/targets";
import { policiesQuery } from "../queries";

/** The times that are promised for each priority. */
export default function ServiceLevelsPage() {
  const query = useQuery(policiesQuery);
  return (
    <AdminPage section={SECTIONS.sla}>
      <Recorded query={query} value={query.data}>
        {({ value }) => <PoliciesForm policies={value} />}
      </Recorded>
    </AdminPage>
  );
}

function valuesOf(policies: readonly PolicyView[]): Targets {
  const cells = policies.flatMap((policy) =>
    TARGETS.map((target) => [`${policy.priority}.${target}`, spanOf(policy[target])] as const),
  );
  return Object.fromEntries(cells) as Targets;
}

function PoliciesForm({ policies }: { policies: readonly PolicyView[] }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.sla, "policies");
  const mayManage = usePermission("sla:manage");
  const unreadable = t`Write it like 30m, 4h or 1d 12h.`;
  const saved = valuesOf(policies);
  const form = useForm({
    place: "policies",
    saved,
    save: async (_values, changes) => {
      const wrong = Object.entries(changes).filter(([, text]) => Number.isNaN(secondsOf(text)));
      if (wrong.length > 0) return refusedHere(Object.fromEntries(wrong.map(([name]) => [name, unreadable])));
      return after.saved(await ask(setPolicies({ body: bodyOf(changes), ...sinceRead(cache, policiesQuery) })));
    },
    refresh: async () => valuesOf((await cache.query({ ...policiesQuery, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={t`Service levels`}
      readOnly={!mayManage}
      intro={
        <Trans>
          Clocks run day and night while a ticket waits for your team, and pause while it waits for the customer.
        </Trans>
      }
      effect={mayManage ? <Effect saved={saved} values={form.values} /> : undefined}
    >
      <TargetMatrix form={form} />
    </FormPane>
  );
}

/** What saving would do to the open tickets, counted by the server while the times are typed. */
function Effect({ saved, values }: { saved: Targets; values: Targets }) {
  const changed = Object.entries(values).filter(([name, text]) => text !== saved[name as keyof Targets]);
  const readable = changed.filter(([, text]) => !Number.isNaN(secondsOf(text)));
  const asked = useSettled(JSON.stringify(bodyOf(Object.fromEntries(readable))), 300);
  const query = useQuery({
    queryKey: ["records", "policies", "preview", asked],
    queryFn: async ({ signal }) => {
      const answer = await ask(previewPolicies({ body: JSON.parse(asked) as ReturnType<typeof bodyOf>, signal }));
      return answer.ok ? answer.value : [];
    },
    placeholderData: keepPreviousData,
  });
  if (query.data === undefined || changed.length === 0) return <Trans>Not saved yet</Trans>;
  const touched = query.data.reduce((sum, effect) => sum + effect.changed, 0);
  const late = query.data.reduce((sum, effect) => sum + effect.late, 0);
  return (
    <>
      <Plural
        value={touched}
        _0="No open ticket gets a new deadline."
        one="# open ticket gets a new deadline."
        other="# open tickets get new deadlines."
      />{" "}
      {late === 0 ? null : (
        <Plural value={late} one="# of them is late immediately." other="# of them are late immediately." />
      )}
    </>
  );
}

/** The times of a form as v1 takes them. */
function bodyOf(changes: Partial<Targets>) {
  const cells = Object.entries(changes);
  return Object.fromEntries(
    PRIORITIES.map((priority) => [
      priority,
      Object.fromEntries(
        cells
          .filter(([name]) => name.startsWith(`${priority}.`))
          .map(([name, text]) => [name.slice(priority.length + 1), secondsOf(text)]),
      ),
    ]).filter(([, targets]) => Object.keys(targets as object).length > 0),
  ) as Record<PolicyView["priority"], Partial<Record<(typeof TARGETS)[number], number | null>>>;
}

function refusedHere(fields: Record<string, string>): Refusal {
  return { kind: "refused", status: 422, code: "HERE", message: "", fields, requestId: null };
}
