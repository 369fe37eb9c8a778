import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, createRule, deleteRule, ifMatch, type RuleView, updateRule } from "../../../api";
import {
  actionsOfLines,
  type ActionLine,
  conditionOfTexts,
  linesOfActions,
  textsOfCondition,
} from "../../../kernel/rules";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { Button } from "../../../ui/button";
import { FormArea, FormCheck, FormChecks, FormRadios, FormSelect, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, type Refusal, useForm } from "../../../ui/form/use-form";
import { SECTIONS, useAfter } from "../../admin-frame";
import { ruleQuery, vocabularyQuery } from "../queries";
import { useRuleWords } from "../words";
import { ActionLines } from "./action-lines";
import { ConditionCheck } from "./condition-check";
import { Firings } from "./firings";
import styles from "./rules.module.css";
import { Trial } from "./trial";
import { Versions } from "./versions";

interface RuleFormProps {
  rule: RuleView | undefined;
  /** Its place among the rules, from 0. */
  place: number;
  count: number;
  move: (to: number) => void;
}

function valuesOf(rule: RuleView | undefined) {
  return {
    name: rule?.name ?? "",
    on: (rule?.on ?? ["ticket.created"]) as readonly string[],
    ...timingValues(rule),
    ...calendarValues(rule),
    ...textsOfCondition(rule?.for ?? rule?.when),
    ...actionValues(rule),
    enabled: rule?.enabled ?? true,
  };
}

function actionValues(rule: RuleView | undefined) {
  return {
    do: linesOfActions(rule?.do ?? []) as readonly ActionLine[],
    files: (rule?.files ?? []) as readonly RuleFile[],
    stop: rule?.stop ?? false,
  };
}

/** A file of the rule, or an upload that becomes one. */
interface RuleFile {
  readonly id: string;
  readonly filename: string;
}

const WAKES = { trigger: "change", automation: "moment", schedule: "calendar" };

function timingValues(rule: RuleView | undefined) {
  const { after, since, repeat } = rule ?? { after: null, since: null, repeat: null };
  return {
    wakes: WAKES[rule?.kind ?? "trigger"],
    after: after ?? "1d",
    since: since ?? "staff.wrote",
    every: repeat?.every ?? "",
    most: String(repeat?.most ?? ""),
    finally: linesOfActions(rule?.finally ?? []) as readonly ActionLine[],
    catch_up: rule?.catch_up ?? false,
  };
}

function calendarValues(rule: RuleView | undefined) {
  return { calendar: rule?.every ?? "mon 08:00", tickets: String(rule?.tickets ?? "") };
}

type Values = ReturnType<typeof valuesOf>;

function useRuleForm(rule: RuleView | undefined): Form<Values> {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.rules, "rules");
  const query = ruleQuery(rule?.id ?? "new");
  return useForm<Values>({
    place: `rules.${rule?.id ?? "new"}`,
    saved: valuesOf(rule),
    save: async (values, changes) => {
      const body = bodyOf(values, changes, rule === undefined);
      if (body === null) return unreadable(t`This is no JSON.`);
      if (rule === undefined) return placed(await after.created(await ask(createRule({ body: body as never }))));
      const etag = cache.getQueryData(query.queryKey)?.etag ?? null;
      const headers = etag === null ? {} : { headers: ifMatch(etag) };
      const path = { rule_id: rule.id };
      return placed(await after.saved(await ask(updateRule({ path, body: body, ...headers }))));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
}

/** A rule as sentences: when, if, then. */
export function RuleForm({ rule, place, count, move }: RuleFormProps) {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.rules, "rules");
  const mayManage = usePermission("rules:manage");
  const form = useRuleForm(rule);
  return (
    <FormPane
      form={form}
      title={rule?.name ?? t`New rule`}
      readOnly={!mayManage}
      {...(rule === undefined ? { create: t`Create` } : {})}
      intro={rule === undefined ? undefined : <SwitchedOff why={rule.switched_off} />}
      effect={
        form.values.enabled ? (
          <Trans>From then on it applies to each matching change.</Trans>
        ) : (
          <Trans>It is off and does nothing.</Trans>
        )
      }
      foot={
        rule === undefined ? null : (
          <>
            {mayManage && place !== -1 ? <Place place={place} count={count} move={move} /> : null}
            <Firings id={rule.id} />

            <Versions id={rule.id} mayManage={mayManage} />

            {mayManage ? (
              <DangerZone>
                <DangerAct
                  label={t`Delete this rule`}
                  effect={<Trans>What it did to tickets stays. It can be restored for 30 days by the API.</Trans>}
                  act={async () => after.deleted(await ask(deleteRule({ path: { rule_id: rule.id } })))}
                />
              </DangerZone>
            ) : null}
          </>
        )
      }
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormCheck form={form} name="enabled" label={t`On`} />
      <Wakes form={form} isNew={rule === undefined} />
      <Conditions form={form} />
      <ActionLines form={form} name="do" legend={t`Then`} {...(mayManage ? { onUpload: withFile(form) } : {})} />
      <Ending form={form} />
      {mayManage ? <Trial draft={() => bodyOf(form.values, {}, true)} ruleId={rule?.id} /> : null}
    </FormPane>
  );
}

/** What makes it fire: a change of a ticket, or time. A saved rule stays of its kind. */
function Wakes({ form, isNew }: { form: Form<Values>; isNew: boolean }) {
  const { t } = useLingui();
  const words = useRuleWords();
  const vocabulary = useQuery(vocabularyQuery).data?.value;
  const timed = form.values.wakes === "moment";
  return (
    <>
      {isNew ? (
        <FormRadios
          form={form}
          name="wakes"
          label={t`Fires`}
          choices={[
            { value: "change", label: t`with a change` },
            { value: "moment", label: t`some time after a moment` },
            { value: "calendar", label: t`by the calendar` },
          ]}
        />
      ) : null}
      {form.values.wakes === "calendar" ? (
        <Calendar form={form} />
      ) : timed ? (
        <Timing form={form} moments={vocabulary?.since ?? []} />
      ) : (
        <FormChecks
          form={form}
          name="on"
          label={t`When`}
          choices={[...new Set([...(vocabulary?.occasions ?? []), ...form.values.on])].map((name) => ({
            value: name,
            label: words.occasion(name),
          }))}
        />
      )}
    </>
  );
}

function Ending({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  const timed = form.values.wakes === "moment";
  return (
    <>
      {timed && form.values.every !== "" ? (
        <ActionLines form={form} name="finally" legend={t`The last time, instead`} onUpload={withFile(form)} />
      ) : null}
      {timed ? (
        <FormCheck
          form={form}
          name="catch_up"
          label={t`For moments of the past, too`}
          help={t`Otherwise it begins with moments that come after it is switched on.`}
        />
      ) : (
        <FormCheck
          form={form}
          name="stop"
          label={t`Then stop`}
          help={t`Once this rule has fired, those below it do not fire for the same change.`}
        />
      )}
    </>
  );
}

/** When an automation fires, and how often. */
function Timing({ form, moments }: { form: Form<Values>; moments: readonly string[] }) {
  const { t } = useLingui();
  const words = useRuleWords();
  return (
    <>
      <FormText form={form} name="after" label={t`Time`} help={t`Such as 12h or 3d working.`} />
      <FormSelect
        form={form}
        name="since"
        label={t`After`}
        choices={moments.map((name) => ({ value: name, label: words.moment(name) }))}
      />
      <FormText form={form} name="every" label={t`Again every`} help={t`Empty: it fires once.`} />
      <FormText form={form} name="most" label={t`At most so many times`} inputMode="numeric" />
    </>
  );
}

/** When a schedule fires. Its conditions choose the tickets. */
function Calendar({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  return (
    <>
      <FormText
        form={form}
        name="calendar"
        label={t`Days and time`}
        help={t`Such as mon 08:00, weekday 17:30, day 06:00, month 1 08:00 or month last 08:00.`}
      />
      <FormText
        form={form}
        name="tickets"
        label={t`Number of tickets`}
        help={t`Only to confirm that it meets more than 1,000.`}
        inputMode="numeric"
      />
    </>
  );
}

/** Takes a file over; it replaces another one of its name. */
function withFile(form: Form<Values>): (file: RuleFile) => void {
  let files = form.values.files;
  return ({ id, filename }) => {
    files = [...files.filter((each) => each.filename !== filename), { id, filename }];
    form.set("files", files);
  };
}

function Place({ place, count, move }: Omit<RuleFormProps, "rule">) {
  const number = place + 1;
  return (
    <div className={styles.order}>
      <span>
        <Trans>
          Rule {number} of {count}; those above fire first.
        </Trans>
      </span>
      <Button disabled={place === 0} onClick={() => move(place - 1)}>
        <Trans>Move up</Trans>
      </Button>
      <Button disabled={number === count} onClick={() => move(place + 1)}>
        <Trans>Move down</Trans>
      </Button>
    </div>
  );
}

function Conditions({ form }: { form: Form<Values> }) {
  const { t } = useLingui();
  if (form.values.nested !== "") {
    return <FormArea form={form} name="nested" label={t`If (groups within groups, as JSON)`} mono rows={10} />;
  }
  return (
    <>
      <FormArea
        form={form}
        name="all"
        label={t`If all of these hold`}
        help={t`A condition on each line, such as channel:email or subject:invoice*. Empty: always.`}
        mono
      />
      <FormArea form={form} name="any" label={t`And at least one of these`} mono rows={2} />
      <FormArea form={form} name="none" label={t`And none of these`} mono rows={2} />
      <ConditionCheck texts={form.values} />
    </>
  );
}

function SwitchedOff({ why }: { why: RuleView["switched_off"] }) {
  if (why === "failing") return <Trans>Deskbell switched it off: it kept failing.</Trans>;
  if (why === "reference_gone") return <Trans>Deskbell switched it off: something that it names was deleted.</Trans>;
  if (why === "stopped") return <Trans>It was stopped.</Trans>;
  return null;
}

/** The rule as v1 takes it: all of a new one, else what changed. Null where JSON cannot be read. */
function bodyOf(values: Values, changes: Partial<Values>, isNew: boolean): object | null {
  const given = isNew ? values : changes;
  const { name, stop, enabled } = given;
  const asked = isNew || ["all", "any", "none", "nested"].some((each) => each in changes);
  const plain = { name, stop, enabled };
  try {
    return {
      ...(values.wakes === "moment"
        ? timingOf(values, given)
        : values.wakes === "calendar"
          ? calendarOf(given)
          : given.on === undefined
            ? {}
            : { on: given.on }),
      ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
      ...(asked ? { [values.wakes === "calendar" ? "for" : "when"]: conditionOfTexts(values) } : {}),
      ...(isNew || changes.do !== undefined ? { do: actionsOfLines(values.do) } : {}),
      ...(changes.files === undefined && !isNew ? {} : { file_ids: values.files.map(({ id }) => id) }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What an automation has in place of occasions: each part that is given. */
function timingOf(values: Values, given: Partial<Values>): object {
  const { after, since, catch_up } = given;
  const repeats = given.every !== undefined || given.most !== undefined;
  const repeat = values.every.trim() === "" ? null : { every: values.every.trim(), most: Number(values.most) };
  return {
    ...Object.fromEntries(Object.entries({ after, since, catch_up }).filter(([, value]) => value !== undefined)),
    ...(repeats ? { repeat } : {}),
    ...(given.finally === undefined ? {} : { finally: actionsOfLines(values.finally) }),
  };
}

/** What a schedule has in place of occasions: each part that is given. */
function calendarOf({ calendar, tickets }: Partial<Values>): object {
  return {
    ...(calendar === undefined ? {} : { every: calendar }),
    ...(tickets === undefined ? {} : { tickets: tickets.trim() === "" ? null : Number(tickets) }),
  };
}

/** Puts a refusal of a line, `when.all.1` or `do.0.set.group`, at the field that holds the line. */
function placed(refusal: Refusal | undefined): Refusal | undefined {
  if (refusal === undefined) return undefined;
  const fields: Record<string, string> = {};
  for (const [path, sentence] of Object.entries(refusal.fields)) {
    const [head = "", group = ""] = path.split(".");
    const name =
      head === "repeat"
        ? group === "most"
          ? "most"
          : "every"
        : head === "every"
          ? "calendar"
          : head !== "when" && head !== "for"
            ? head
            : ["any", "none"].includes(group)
              ? group
              : "all";
    fields[name] = fields[name] === undefined ? sentence : `${fields[name]} ${sentence}`;
  }
  return { ...refusal, fields };
}

function unreadable(sentence: string): Refusal {
  return { kind: "refused", status: 422, code: "HERE", message: sentence, fields: {}, requestId: null };
}
