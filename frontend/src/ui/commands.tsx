import { createContext, type ReactNode, use, useEffect, useEffectEvent, useSyncExternalStore } from "react";

import { type Act, type Command, Registry } from "../kernel/commands";

const Commands = createContext<Registry>(new Registry());

/** Gives the registry to all parts of the page. */
export function CommandProvider({ registry, children }: { registry: Registry; children: ReactNode }) {
  return <Commands value={registry}>{children}</Commands>;
}

/** Offers `act` for `command` while this component is shown; `undefined` offers nothing. */
export function useCommand(command: Command, act: Act | undefined): void {
  const registry = use(Commands);
  const run = useEffectEvent(() => {
    if (typeof act === "function") act();
  });
  const choose = useEffectEvent((typed: string, signal: AbortSignal) =>
    typeof act === "object" ? act.choose(typed, signal) : [],
  );
  const kind = typeof act;
  useEffect(() => {
    if (kind === "undefined") return undefined;
    const current: Act = kind === "function" ? () => run() : { choose: (typed, signal) => choose(typed, signal) };
    return registry.offer([[command, current]]);
  }, [registry, command, kind]);
}

/** The commands that can be performed now, by id. */
export function useCurrentCommands(): ReturnType<Registry["current"]> {
  const registry = use(Commands);
  return useSyncExternalStore(registry.subscribe, registry.current);
}
