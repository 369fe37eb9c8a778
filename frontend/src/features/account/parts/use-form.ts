import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";

import type { Answer, Problem } from "../../../api";
import { textsOf } from "../../../ui/texts-of";

interface Form {
  submit: (event: SubmitEvent<HTMLFormElement>) => Promise<void>;
  busy: boolean;
  /** The sentence above the fields: a refusal that belongs to none of them. */
  message: string;
  /** The sentence at a field, by the field's name. */
  errors: Readonly<Record<string, string>>;
  /** The code of the last refusal. */
  code: string;
}

/** A form that sends its texts, keeps them on a refusal, and shows each mistake at its field. */
export function useForm<Body>(
  send: (texts: Record<string, string>) => Promise<Answer<Body>>,
  done: (texts: Record<string, string>) => void | Promise<void>,
): Form {
  const { t } = useLingui();
  const [problem, setProblem] = useState<Problem>();
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const texts = textsOf(form);
    setBusy(true);
    const answer = await send(texts);
    setBusy(false);
    if (answer.ok) {
      setProblem(undefined);
      setMessage("");
      await done(texts);
      return;
    }
    const refused = answer.problem;
    const elsewhere = Object.keys(refused.fields).filter((name) => form.elements.namedItem(name) === null);
    const here = Object.keys(refused.fields).find((name) => !elsewhere.includes(name));
    setProblem(refused);
    if (refused.kind === "unreachable") setMessage(t`The server cannot be reached. Try again in a moment.`);
    else if (elsewhere.length > 0) setMessage(elsewhere.map((name) => refused.fields[name]).join(" "));
    else setMessage(here === undefined ? refused.message : "");
    const field = here === undefined ? null : form.elements.namedItem(here);
    if (field instanceof HTMLElement) field.focus();
  }

  return { submit, busy, message, errors: problem?.fields ?? {}, code: problem?.code ?? "" };
}
