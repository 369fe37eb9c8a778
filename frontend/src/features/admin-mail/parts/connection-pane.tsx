import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { Answer } from "../../../api";
import { changed, problemIn } from "../../../live/records";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormPane } from "../../../ui/form/form-pane";
import type { Form, Refusal } from "../../../ui/form/use-form";

type Kind = "imap" | "smtp" | "sign-in";

/** What follows an answer about a part of a connection: the app learns of it, and the form of a refusal. */
export function useOutcome(kind: Kind) {
  const cache = useQueryClient();
  return {
    async saved(answer: Answer<unknown>): Promise<Refusal | undefined> {
      if (answer.ok) await changed(cache, kind);
      return problemIn(answer);
    },
    async removed(answer: Answer<unknown>): Promise<Refusal | undefined> {
      if (answer.ok) {
        cache.removeQueries({ queryKey: ["records", kind] });
        await changed(cache, kind);
      }
      return problemIn(answer);
    },
  };
}

interface Props<Values> {
  form: Form<Values>;
  name: string;
  heading: ReactNode;
  /** How the part works by now. */
  intro: ReactNode;
  /** Its end and what can be tried, for a part that is set up. */
  remove: { label: string; effect: ReactNode; act: () => Promise<Refusal | undefined> } | undefined;
  trial: ReactNode;
  children: ReactNode;
}

/** One part of a mailbox's connection: its state, its fields, its trial and its end. */
export function ConnectionPane<Values>({ form, name, heading, intro, remove, trial, children }: Props<Values>) {
  return (
    <FormPane
      form={form}
      title={name}
      intro={intro}
      foot={
        remove === undefined ? null : (
          <>
            {trial}
            <DangerZone>
              <DangerAct {...remove} />
            </DangerZone>
          </>
        )
      }
    >
      <h2>{heading}</h2>
      {children}
    </FormPane>
  );
}
