import { say } from "./socket-out";

/** Who does nothing on the page for this long is shown as away. */
const IDLE_MS = 5 * 60_000;
/** Acts that come together are noted once. */
const NOTED_MS = 1_000;

let here = true;
let actedAt = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Says whether the person is at the page, whenever that changes, until it is stopped. */
export function watchPage(): () => void {
  const act = () => {
    const now = Date.now();
    if (document.visibilityState === "hidden" || (here && now - actedAt < NOTED_MS)) return;
    actedAt = now;
    become(true);
    clearTimeout(idle);
    idle = setTimeout(() => become(false), IDLE_MS);
  };
  const acts = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
  acts.forEach((each) => window.addEventListener(each, act, { passive: true }));
  document.addEventListener("visibilitychange", act);
  act();
  return () => {
    clearTimeout(idle);
    acts.forEach((each) => window.removeEventListener(each, act));
    document.removeEventListener("visibilitychange", act);
  };
}

/** Says it to a new connection, which takes a person as present. */
export function repeatHere(): void {
  if (!here) say({ here });
}

function become(now: boolean): void {
  if (here === now) return;
  here = now;
  say({ here });
}
