import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type PolicyView, serverNow, setPolicy } from "../../../api";
import { secondsOf, spanOf } from "../../../kernel/spans";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Refusal, useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { usePriorityWords } from "../parts/priority-words";
import { policiesQuery, policyQuery } from "../queries";

const section = SECTIONS.sla;
const ORDER = ["urgent", "high", "normal", "low"] as const;

/** The times that are promised for each priority. */
export default function ServiceLevelsPage() {
  const { t } = useLingui();
  const chosen = useChosen();
  const words = usePriorityWords();
  const query = useQuery(policiesQuery);
  const policies = query.data?.value ?? [];
  const priority = ORDER.find((each) => each === chosen);
  const one = useQuery({ ...policyQuery(priority ?? "normal"), enabled: priority !== undefined });
  const list = (
    <ListPane
      title={t`Service levels`}
      rows={ORDER.flatMap((priority) => policies.filter((policy) => policy.priority === priority)).map((policy) => {
        const first = spanOf(policy.first_response_seconds) || t`none`;
        const whole = spanOf(policy.resolution_seconds) || t`none`;
        return {
          id: policy.priority,
          name: words[policy.priority],
          to: `${section.to}/${policy.priority}`,
          detail: t`answer: ${first} · solution: ${whole}`,
        };
      })}
      total={policies.length}
      chosen={chosen}
      unsearched
      empty={null}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={priority && one.data}>
      {(policy) => (policy === undefined ? null : <PolicyForm policy={policy.value} />)}
    </RecordsPage>
  );
}

function valuesOf(policy: PolicyView) {
  return {
    first_response_seconds: spanOf(policy.first_response_seconds),
    resolution_seconds: spanOf(policy.resolution_seconds),
  };
}

function PolicyForm({ policy }: { policy: PolicyView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "policies");
  const mayManage = usePermission("sla:manage");
  const priority = usePriorityWords()[policy.priority];
  const query = policyQuery(policy.priority);
  const unreadable = t`Write it like 30m, 4h or 1d 12h.`;
  const form = useForm({
    place: `policies.${policy.priority}`,
    saved: valuesOf(policy),
    save: async (_values, changes) => {
      const read = Object.entries(changes).map(([name, text]) => [name, secondsOf(text)] as const);
      const wrong = read.filter(([, seconds]) => Number.isNaN(seconds));
      if (wrong.length > 0) return refusedHere(Object.fromEntries(wrong.map(([name]) => [name, unreadable])));
      const body = Object.fromEntries(read);
      const path = { priority: policy.priority };
      return after.saved(await ask(setPolicy({ path, body, ...sinceRead(cache, query) })));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={t`Priority: ${priority}`}
      readOnly={!mayManage}
      intro={
        <Trans>
          Clocks run day and night while a ticket waits for your team, and pause while it waits for the customer.
        </Trans>
      }
      effect={<Trans>Open tickets of this priority get new deadlines within moments.</Trans>}
    >
      <FormText
        form={form}
        name="first_response_seconds"
        label={t`First answer within`}
        help={t`For instance 30m, 4h or 1d 12h; empty for no promise`}
      />
      <FormText form={form} name="resolution_seconds" label={t`Solution within`} />
      <Examples first={form.values.first_response_seconds} whole={form.values.resolution_seconds} />
    </FormPane>
  );
}

/** Makes a promise concrete: when a ticket that is filed now would be due. */
function Examples({ first, whole }: { first: string; whole: string }) {
  const { i18n } = useLingui();
  const format = new Intl.DateTimeFormat(i18n.locale, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }); // prettier-ignore
  const [now] = useState(serverNow);
  const due = (text: string) => {
    const seconds = secondsOf(text);
    return seconds === null || Number.isNaN(seconds) ? "–" : format.format(now + seconds * 1000);
  };
  const [answer, solution] = [due(first), due(whole)];
  return (
    <p>
      <Trans>
        A ticket filed now would be due: answer {answer}, solution {solution}.
      </Trans>
    </p>
  );
}

function refusedHere(fields: Record<string, string>): Refusal {
  return { kind: "refused", status: 422, code: "HERE", message: "", fields, requestId: null };
}
