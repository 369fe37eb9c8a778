import { lazy, type ReactNode, Suspense, useState } from "react";

import type { Answer } from "../../../api";
import { loadWords } from "../../../i18n/languages";

/** Other features ask too: the words come with it. */
const PasswordAgain = lazy(async () => {
  const [page] = await Promise.all([import("./password-again"), loadWords("settings")]);
  return page;
});

interface StepUp {
  /** Does something for which the server may ask for the password again; then it is done again. */
  confirmed: <Body>(act: () => Promise<Answer<Body>>) => Promise<Answer<Body>>;
  dialog: ReactNode;
}

/** Asks for the password where it was last given more than ten minutes ago. Put `dialog` somewhere on the page. */
export function useStepUp(): StepUp {
  const [answered, setAnswered] = useState<(given: boolean) => void>();

  async function confirmed<Body>(act: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
    const answer = await act();
    if (answer.ok || answer.problem.code !== "STEP_UP_REQUIRED") return answer;
    const given = await new Promise<boolean>((resolve) => setAnswered(() => resolve));
    setAnswered(undefined);
    return given ? act() : answer;
  }

  const dialog =
    answered === undefined ? null : (
      <Suspense>
        <PasswordAgain onEnd={answered} />
      </Suspense>
    );
  return { confirmed, dialog };
}
