import { lazy, Suspense, useSyncExternalStore } from "react";

import { loadWords } from "../../../i18n/languages";
import { loaded } from "../../../ui/later";
import { now, subscribe } from "./wanted";

const load = () => Promise.all([import("./macro-use"), loadWords("macro-use"), loadWords("admin-rules")]);
const Use = lazy(async () => ({ default: (await loaded(load))[0].MacroUse }));

/** The macro that was chosen, on its way. */
export function WantedMacro() {
  const wanted = useSyncExternalStore(subscribe, now);
  return wanted === null ? null : (
    <Suspense>
      <Use wanted={wanted} />
    </Suspense>
  );
}
