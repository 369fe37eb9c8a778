import { useLayoutEffect, useRef } from "react";
import { tinykeys } from "tinykeys";

import { type Command, keysFor } from "../kernel/commands";
import { usePreferences } from "../live/preferences";
import { useCommandPage, useCurrentCommands } from "../ui/commands";
import { keepTyped } from "../ui/typed-ahead";

/** Performs commands by the person's keys, single letters only where no text is being written. */
export function useKeyboard(): void {
  const offers = useCurrentCommands();
  const preferences = usePreferences();
  const { ask } = useCommandPage();
  const inDialog = useRef(false);
  useLayoutEffect(() => {
    // A dialog gets Escape before the page does, and may be gone by the time that the page gets it.
    const look = () => {
      inDialog.current = document.querySelector("[aria-modal=true]") !== null;
    };
    window.addEventListener("keydown", look, { capture: true });
    return () => window.removeEventListener("keydown", look, { capture: true });
  }, []);
  useLayoutEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const { command, act } of offers.values()) {
      for (const key of keysFor(command, preferences)) {
        bindings[key] = (event) => {
          if (event.defaultPrevented) return;
          if (inDialog.current) return; // the page below a dialog waits
          if (isInMenu(event.target)) return; // its letters choose, and Escape closes it alone
          if (isWriting(event.target) && !worksWhileWriting(command, key)) return;
          event.preventDefault();
          if (typeof act === "function") act();
          else {
            keepTyped();
            ask(command.id);
          }
        };
      }
    }
    // Fields are left out above, by command and key: tinykeys itself would keep every key from them.
    return tinykeys(window, bindings, { ignore: (event) => event.repeat || event.isComposing });
  }, [offers, preferences, ask]);
}

function worksWhileWriting(command: Command, key: string): boolean {
  return command.whileWriting ?? key.startsWith("$mod");
}

function isInMenu(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=menu]") !== null;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|submit)$/.test(target.type);
  return target.isContentEditable || /^(textarea|select)$/i.test(target.tagName);
}
