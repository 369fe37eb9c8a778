import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type Problem, restoreRule, type RuleVersionView } from "../../../api";
import { exactly } from "../../../kernel/moments";
import { linesOfActions, textsOfCondition } from "../../../kernel/rules";
import { useNames } from "../../../live/names";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { Refused, useSentence } from "../../../ui/form/form-pane";
import { versionsQuery } from "../queries";
import { useRuleWords } from "../words";
import styles from "./rules.module.css";

/** Each save of a rule. An earlier one can be made to hold again. */
export function Versions({ id, mayManage }: { id: string; mayManage: boolean }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const [problem, setProblem] = useState<Problem>();
  const sentence = useSentence(problem);
  const versions = useQuery(versionsQuery(id)).data?.value ?? [];
  const names = useNames([...new Set(versions.flatMap(({ saved_by }) => saved_by ?? []))]);

  async function restore(version: number): Promise<void> {
    const answer = await ask(restoreRule({ path: { rule_id: id }, body: { version } }));
    setProblem(answer.ok ? undefined : answer.problem);
    if (answer.ok) await changed(cache, "rules");
  }

  if (versions.length < 2) return null;
  return (
    <details className={styles.firings}>
      <summary>
        <Trans>Earlier versions</Trans>
      </summary>
      {sentence === "" ? null : <Refused sentence={sentence} requestId={problem?.requestId ?? null} />}
      <ol className={styles.versions} aria-label={t`Earlier versions`}>
        {versions.map((version, place) => {
          const number = version.version;
          return (
            <li key={version.version}>
              <Version version={version} by={names.get(version.saved_by ?? "") ?? "Deskbell"} />
              {place === 0 ? (
                <Trans>This one holds.</Trans>
              ) : mayManage ? (
                <Button aria-label={t`Restore version ${number}`} onClick={() => void restore(number)}>
                  <Trans>Restore</Trans>
                </Button>
              ) : null}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

function Version({ version, by }: { version: RuleVersionView; by: string }) {
  const { i18n } = useLingui();
  const words = useRuleWords();
  const { number, saved } = { number: version.version, saved: exactly(version.saved_at, i18n.locale) };
  const texts = textsOfCondition(version.when);
  const conditions = [texts.all, texts.any, texts.none, texts.nested].filter((text) => text !== "").join(" · ");
  return (
    <>
      <strong>
        <Trans>
          Version {number}, {saved}, {by}
        </Trans>
      </strong>
      <span className={styles.mono}>{conditions.replaceAll("\n", " ")}</span>
      <span>{linesOfActions(version.do).map(words.action).join(", ")}</span>
    </>
  );
}
