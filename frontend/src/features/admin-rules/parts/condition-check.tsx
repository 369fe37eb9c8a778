import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";

import { ask, checkCondition } from "../../../api";
import { type ConditionTexts, conditionOfTexts } from "../../../kernel/rules";
import { useSettled } from "../../../ui/use-settled";
import styles from "./rules.module.css";

/** Reads a condition while it is typed: a mistake shows with its position before anything is saved. */
export function ConditionCheck({ texts }: { texts: ConditionTexts }) {
  const when = useSettled(JSON.stringify(conditionOfTexts(texts)), 400);
  const { data: mistake } = useQuery({
    queryKey: ["condition", when],
    queryFn: async ({ signal }) => {
      const answer = await ask(checkCondition({ body: { when: JSON.parse(when) as never }, signal }));
      return answer.ok ? "" : Object.values(answer.problem.fields).join(" ") || answer.problem.message;
    },
    enabled: when !== "null",
  });
  return (
    <p className={mistake ? styles.mistake : styles.fine} role="status">
      {when === "null" || mistake === undefined ? null : mistake === "" ? (
        <Trans>The conditions are valid.</Trans>
      ) : (
        mistake
      )}
    </p>
  );
}
