import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

import { keyOf } from "../../../kernel/timeline";
import type { Conversation } from "../../../live/opening";

/** Nearer to an end than this, in pixels, counts as being there. */
const NEAR = 48;

interface Place {
  /** The region that scrolls. */
  readonly pane: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  /** Whether something came below what is shown. */
  readonly missed: boolean;
  readonly note: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps the place in a conversation that grows at both ends. It opens at the line of new words, else at its end; there it
 * stays while one is there, and otherwise what one looks at does not move.
 */
export function usePlace(known: Conversation): Place {
  const pane = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, first: "", opened: false, atEnd: true });
  const [atEnd, setAtEnd] = useState(true);
  const last = known.entries.at(-1);
  const latest = last?.event_id ?? 0;
  const [seen, setSeen] = useState(latest);
  const firstKey = `${known.entries[0] === undefined ? "" : keyOf(known.entries[0])} ${String(known.next === null)}`;
  const lastKey = `${last === undefined ? "" : keyOf(last)} ${known.held.length}`;

  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null) return;
    const was = before.current;
    if (!was.opened) {
      const news = element.querySelector<HTMLElement>("[data-new]");
      const target = news === null ? element.scrollHeight : Math.max(0, news.offsetTop - NEAR);
      element.scrollTo({ top: target });
      was.atEnd = isAtEnd(element);
    } else if (was.first !== firstKey) {
      element.scrollBy({ top: element.scrollHeight - was.height });
    } else if (was.atEnd) {
      element.scrollTo({ top: element.scrollHeight });
    }
    Object.assign(was, { height: element.scrollHeight, first: firstKey, opened: true });
  }, [firstKey, lastKey]);

  useEffect(() => {
    const element = pane.current;
    if (element === null) return undefined;
    // Pictures grow when they arrive, and the pane shrinks when one writes.
    const observer = new ResizeObserver(() => {
      if (before.current.atEnd) element.scrollTo({ top: element.scrollHeight });
      before.current.height = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);

  return {
    pane,
    atEnd,
    missed: !atEnd && latest > seen,
    note: () => {
      if (pane.current === null) return;
      const near = isAtEnd(pane.current);
      before.current.atEnd = near;
      setAtEnd(near);
      if (near) setSeen(latest);
    },
    toEnd: () => pane.current?.scrollTo({ top: pane.current.scrollHeight }),
  };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < NEAR;
}
