import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";

import { ask, exportReport, type Problem, serverNow } from "../../../api";
import { dateOf, daysOf, isDate, SPANS } from "../../../kernel/periods";
import { Button } from "../../../ui/button";
import { Checkbox } from "../../../ui/checks";
import { SelectField, TextField } from "../../../ui/fields";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { useAddress } from "../../../ui/manage/use-address";
import type { Scope } from "../queries";
import styles from "./reports.module.css";

const FORMATS = ["csv", "xlsx", "pdf"] as const;
const OWN = "own";

interface Props {
  report: "tickets" | "sla" | "agents" | "satisfaction";
  scope: Scope;
  /** A name of `SPANS`, or days of one's own. */
  span: string;
}

/** What the report is about, and its files. All of it is in the address. */
export function ScopeBar({ report, scope, span }: Props) {
  const { t } = useLingui();
  const { all, change } = useAddress();
  const names: Readonly<Record<(typeof SPANS)[number], string>> = {
    "7": t`Last 7 days`,
    "30": t`Last 30 days`,
    "90": t`Last 90 days`,
    month: t`This month`,
    "last-month": t`Last month`,
    year: t`This year`,
  };

  function choose(value: string): void {
    if (value === OWN) change({ span: OWN, from: scope.from, to: scope.to });
    else change({ span: value, from: "", to: "" });
  }

  return (
    <div className={styles.bar}>
      <SelectField
        label={t`Period`}
        value={span}
        data={[...SPANS.map((value) => ({ value, label: names[value] })), { value: OWN, label: t`From … to …` }]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {span === OWN ? <OwnDays scope={scope} /> : null}
      <Matching key={scope.q} q={scope.q} />
      {report === "agents" ? null : (
        <Checkbox
          label={t`Compare with the days before`}
          checked={all["compare"] === "yes"}
          onChange={(event) => change({ compare: event.currentTarget.checked ? "yes" : "" })}
        />
      )}
      <Files report={report} scope={scope} />
    </div>
  );
}

function OwnDays({ scope }: { scope: Scope }) {
  const { t } = useLingui();
  const { change } = useAddress();
  const set = (name: "from" | "to") => (event: { currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    const days = { from: scope.from, to: scope.to, [name]: value };
    if (isDate(value) && days.from <= days.to) change({ from: days.from, to: days.to });
  };
  return (
    <>
      <TextField label={t`From`} type="date" value={scope.from} max={scope.to} onChange={set("from")} />
      <TextField label={t`To`} type="date" value={scope.to} min={scope.from} onChange={set("to")} />
    </>
  );
}

function Matching({ q }: { q: string }) {
  const { t } = useLingui();
  const { change } = useAddress();
  const [typed, setTyped] = useState(q);
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    change({ q: typed.trim() });
  }
  return (
    <form onSubmit={submit} className={styles.matching}>
      <TextField
        label={t`Only tickets that match`}
        placeholder={t`for instance tag:late`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => (typed.trim() === q ? undefined : change({ q: typed.trim() }))}
      />
    </form>
  );
}

/** Downloads of the report, made by the server from the figures of the moment. */
function Files({ report, scope: { from, to, q } }: Omit<Props, "span">) {
  const { t } = useLingui();
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);

  async function download(format: (typeof FORMATS)[number]): Promise<void> {
    const query = { type: report, format, start_date: from, end_date: to, ...(q === "" ? {} : { q }) };
    const answer = await ask(exportReport({ query }));
    setProblem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    const { pathname, search } = new URL(answer.value.url);
    window.location.assign(pathname + search);
  }

  return (
    <div className={styles.files} role="group" aria-label={t`Download`}>
      {FORMATS.map((format) => {
        const name = format.toUpperCase();
        return (
          <Button key={format} aria-label={t`Download as ${name}`} onClick={() => void download(format)}>
            {name}
          </Button>
        );
      })}
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
    </div>
  );
}

/** The days that an address means, and the name of their span. */
export function daysIn(all: Readonly<Record<string, string>>): { from: string; to: string; span: string } {
  const { from, to } = all;
  if (isDate(from) && isDate(to) && from <= to) return { from, to, span: OWN };
  const span = SPANS.find((each) => each === all["span"]) ?? "30";
  return { ...daysOf(span, dateOf(new Date(serverNow()))), span };
}
