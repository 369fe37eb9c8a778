import { type ComponentType, lazy } from "react";

const PAUSE_MS = 1_000;

/**
 * A part of a page that is loaded when it is shown. Where that fails, with a lost connection for instance, it is tried again
 * and again: the page around it stays, and one that is left logs no error.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the properties are those of the part
export function later<Part extends ComponentType<any>>(load: () => Promise<Part>) {
  return lazy(async () => ({ default: await loaded(load) }));
}

/** What was loaded, in the first attempt that succeeds. */
export async function loaded<Value>(load: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
