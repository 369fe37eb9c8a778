import { type ComponentType, lazy, Suspense } from "react";

import { loadWords } from "../../../i18n/languages";
import { usePermission } from "../../../live/session";

type Parts = typeof import("./shown-later");

/** A part for those who may read mail, loaded when it is shown. One file for all: the list of such files is loaded first. */
function part<Name extends keyof Parts>(name: Name) {
  const Part = lazy(async () => {
    const [parts] = await Promise.all([import("./shown-later"), loadWords("ticket-later")]);
    return { default: parts[name] as ComponentType<object> };
  });
  return function LaterPart(props: Parameters<Parts[Name]>[0]) {
    return usePermission("mail:read") ? (
      <Suspense>
        <Part {...props} />
      </Suspense>
    ) : null;
  };
}

/* eslint-disable lingui/no-unlocalized-strings -- names, not words */
export const MailOf = part("MailOf");
export const Recipients = part("Recipients");
