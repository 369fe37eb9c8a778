import { Trans, useLingui } from "@lingui/react/macro";

import type { MacroView, PreviewView } from "../../../api";
import { summedChanges } from "../../../kernel/macro-previews";
import { linesOfActions } from "../../../kernel/rules";
import { useRuleWords } from "../../admin-rules";
import styles from "./macro-use.module.css";
import { useChangeWords } from "./use-change-words";

/** All that a macro will do to one ticket. */
export function OneTicket({ macro, preview }: { macro: MacroView; preview: PreviewView }) {
  const { t } = useLingui();
  const said = useChangeWords(macro);
  const { action } = useRuleWords();
  const { comment, effects, problems } = preview;
  const changes = summedChanges([{ ...preview, problems: [] }]);
  const files = macro.files.map(({ filename }) => filename).join(", ");
  const lines = [
    ...changes.map(({ field, now }) => said(field, now)),
    ...linesOfActions(effects).map(action),
    ...(comment === null || files === "" ? [] : [t`files: ${files}`]),
  ];
  return (
    <>
      {problems.map(({ path, code, message }) => (
        <p key={`${path} ${code}`} role="alert" className={styles.problem}>
          {message}
        </p>
      ))}
      {lines.length === 0 ? null : (
        <ul className={styles.lines}>
          {lines.map((line) => (
            <li key={line} dir="auto">
              {line}
            </li>
          ))}
        </ul>
      )}
      {comment === null ? null : <Words comment={comment} />}
      {lines.length === 0 && comment === null ? <Trans>It changes nothing.</Trans> : null}
    </>
  );
}

/** The words that it will write, as they were filled in. */
export function Words({ comment: { body, public: isPublic } }: { comment: NonNullable<PreviewView["comment"]> }) {
  const { t } = useLingui();
  const label = isPublic ? t`A reply to the customer` : t`An internal note`;
  return (
    <figure className={styles.words}>
      <figcaption>{label}</figcaption>
      <blockquote dir="auto">{body}</blockquote>
    </figure>
  );
}
