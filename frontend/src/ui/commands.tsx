import { createContext, type ReactNode, use, useEffectEvent, useLayoutEffect, useSyncExternalStore } from "react";

import { type Act, type Choosing, type Command, Registry } from "../kernel/commands";
import { keepTyped } from "./typed-ahead";

const Commands = createContext<Registry>(new Registry());
const AllCommands = createContext<readonly Command[]>([]);

interface CommandProviderProps {
  registry: Registry;
  /** Every command there is, whether it can be performed now or not. */
  all?: readonly Command[];
  children: ReactNode;
}

/** Gives the registry to all parts of the page. */
export function CommandProvider({ registry, all = [], children }: CommandProviderProps) {
  return (
    <AllCommands value={all}>
      <Commands value={registry}>{children}</Commands>
    </AllCommands>
  );
}

/** Every command there is, for the settings of the keyboard. */
export function useAllCommands(): readonly Command[] {
  return use(AllCommands);
}

/** Offers `act` for `command` while this component is shown, `above` those of others; `undefined` offers nothing. */
export function useCommand(command: Command, act: Act | undefined, above = false): void {
  const registry = use(Commands);
  const run = useEffectEvent(() => {
    if (typeof act === "function") act();
  });
  const choose = useEffectEvent((typed: string, signal: AbortSignal) =>
    typeof act === "object" ? act.choose(typed, signal) : [],
  );
  const kind = typeof act;
  const digits = typeof act === "object" && act.digits === true;
  // With the page, not after it: the next key may be on its way.
  useLayoutEffect(() => {
    if (kind === "undefined") return undefined;
    const choosing: Choosing = { choose: (typed, signal) => choose(typed, signal), digits };
    return registry.offer([[command, kind === "function" ? () => run() : choosing]], above);
  }, [registry, command, kind, digits, above]);
}

/** Takes the keys of commands whose part of the page is on its way: what is pressed is performed once that part is there. */
export function CommandsToCome({ commands }: { commands: readonly Command[] }): null {
  const registry = use(Commands);
  useLayoutEffect(() => registry.expect(commands, keepTyped), [registry, commands]);
  return null;
}

/** The commands that can be performed now, by id. */
export function useCurrentCommands(): ReturnType<Registry["current"]> {
  const registry = use(Commands);
  return useSyncExternalStore(registry.subscribe, registry.current);
}

/** The command whose choices the palette shows, and how to have those of another shown. */
export function useCommandPage(): { asked: string | null; ask: Registry["ask"] } {
  const registry = use(Commands);
  return { asked: useSyncExternalStore(registry.subscribe, registry.asked), ask: registry.ask };
}
