import { useEffect } from "react";
import { tinykeys } from "tinykeys";

import type { Command } from "../kernel/commands";
import { useCurrentCommands } from "../ui/commands";

/** Performs commands by their keys, single letters only where no text is being written. */
export function useKeyboard(): void {
  const offers = useCurrentCommands();
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const { command, act } of offers.values()) {
      if (typeof act !== "function") continue;
      for (const key of command.keys ?? []) {
        bindings[key] = (event) => {
          if (document.querySelector("[aria-modal=true]") !== null) return; // the page below a dialog waits
          if (isWriting(event.target) && !worksWhileWriting(command, key)) return;
          event.preventDefault();
          act();
        };
      }
    }
    return tinykeys(window, bindings);
  }, [offers]);
}

function worksWhileWriting(command: Command, key: string): boolean {
  return command.whileWriting === true || key.startsWith("$mod");
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}
