import { useEffectEvent, useLayoutEffect, useRef } from "react";
import { createKeybindingsHandler } from "tinykeys";

import { type Command, keysFor } from "../kernel/commands";
import { usePreferences } from "../live/preferences";
import { useAllCommands, useCommandPage, useCurrentCommands } from "../ui/commands";
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
  const perform = useEffectEvent((key: string, event: KeyboardEvent) => {
    // Of several commands with this key, the one that was offered last.
    const offer = [...offers.values()].reverse().find(({ command }) => keysFor(command, preferences).includes(key));
    if (offer === undefined || event.defaultPrevented) return;
    if (inDialog.current) return; // the page below a dialog waits
    if (isInMenu(event.target)) return; // its letters choose, and Escape closes it alone
    if (isWriting(event.target) && !worksWhileWriting(offer.command, key)) return;
    event.preventDefault();
    if (typeof offer.act === "function") offer.act();
    else {
      keepTyped();
      ask(offer.command.id);
    }
  });
  // All keys that any command has, so that a begun sequence goes on while commands come and go. Sequences are asked first.
  const all = [...new Set(useAllCommands().flatMap((command) => keysFor(command, preferences)))];
  const keys = all.sort((a, b) => b.length - a.length).join("\n");
  useLayoutEffect(() => {
    let handle: (event: KeyboardEvent) => void;
    // Made again after each command: tinykeys takes the next key for the end of a sequence that shared the first one.
    const begin = () => {
      // Fields are left out above, by command and key: tinykeys itself would keep every key from them.
      handle = createKeybindingsHandler(bindings, { ignore: (event) => event.repeat || event.isComposing });
    };
    const bindings = Object.fromEntries(
      keys.split("\n").map((key) => [
        key,
        (event: KeyboardEvent) => {
          begin();
          perform(key, event);
        },
      ]),
    );
    begin();
    const listen = (event: KeyboardEvent) => handle(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [keys]);
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
