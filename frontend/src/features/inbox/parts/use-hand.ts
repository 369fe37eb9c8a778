import { useEffect, useEffectEvent, useRef } from "react";

const REST_MS = 1_500;
const LOOK_MS = 500;

/** What the list's element is given. */
export interface Hand {
  onPointerMove: () => void;
  onScrollCapture: () => void;
}

/**
 * Calls `settle` while something waits and no hand is on the list: none of the pointer, the focus or a scroll for
 * 1.5 seconds, and not `held`. So no row moves under a hand.
 */
export function useHand(waits: boolean, held: boolean, element: () => HTMLElement | null, settle: () => void): Hand {
  const moved = useRef(0);
  const look = useEffectEvent(() => {
    const focused = element()?.contains(document.activeElement) === true;
    if (!held && !focused && performance.now() - moved.current > REST_MS) settle();
  });
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [waits]);
  const note = () => {
    moved.current = performance.now();
  };
  return { onPointerMove: note, onScrollCapture: note };
}
