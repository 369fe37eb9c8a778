import { useSyncExternalStore } from "react";
import { VisuallyHidden } from "@mantine/core";

import { Announcer } from "../kernel/announcements";

const announcer = new Announcer();

/** Has a screen reader say a sentence; of one `kind` only the latest that was not said yet. */
export const announce = announcer.announce;

/** The one polite region of the app. */
export function Announcements() {
  const said = useSyncExternalStore(announcer.subscribe, announcer.said);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said}
    </VisuallyHidden>
  );
}
