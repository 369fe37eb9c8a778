import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useWide } from "../../../ui/media";

const KEY = "deskbell.details-hidden";
const HASH = "details";

/**
 * Whether the details are shown. On a wide screen they are a column that stays hidden once it is; elsewhere they come over
 * the conversation, and the browser's way back closes them.
 */
export function useDetails(): { shown: boolean; toggle: () => void; close: () => void } {
  const isWide = useWide();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [hidden, setHidden] = useState(() => localStorage.getItem(KEY) !== null);
  const pushed = hash === HASH;

  function toggle(): void {
    if (isWide) {
      setHidden(!hidden);
      remember(!hidden);
    } else if (pushed) {
      window.history.back();
    } else {
      void navigate({ to: ".", search: true as never, hash: HASH, resetScroll: false });
    }
  }

  return { shown: isWide ? !hidden : pushed, toggle, close: () => (isWide || pushed) && toggle() };
}

/** A full storage keeps it for this page only. */
function remember(hidden: boolean): void {
  try {
    if (hidden) localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
