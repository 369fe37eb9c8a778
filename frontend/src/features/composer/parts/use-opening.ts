import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

import type { DraftKind } from "../../../live/drafts";
import { usePermission } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import type { EditorHandle } from "../../../ui/editor-handle";
import { keepTyped } from "../../../ui/typed-ahead";
import { note, quote, reply } from "../commands";
import { quotedHtml } from "./quoting";
import { onReopen, takeReopened } from "./reopening";

export interface Opening {
  readonly kind: DraftKind;
  /** Whether the member has opened it, rather than a draft that was there. */
  readonly opened: boolean;
  open: (kind: DraftKind) => void;
  /** The focus returns to where it came from; an empty field closes. */
  leave: (blank: boolean) => void;
  ready: (handle: EditorHandle) => void;
}

/** Which of the two drafts is open, by key, by button, or because its words came back. */
export function useOpening(
  ticketId: string,
  found: DraftKind,
  form: RefObject<HTMLElement | null>,
  editor: RefObject<EditorHandle | null>,
): Opening {
  const mayWrite = usePermission("comments:create");
  const mayNote = usePermission("comments:internal");
  const [chosen, setChosen] = useState<DraftKind | null>(null);
  const [opened, setOpened] = useState(false);
  const cameFrom = useRef<HTMLElement | null>(null);
  /** What is to be quoted once the field is there. */
  const quoting = useRef<string | null>(null);
  const kind = chosen ?? found;

  function open(wanted: DraftKind): void {
    const active = document.activeElement;
    if (active instanceof HTMLElement && form.current?.contains(active) !== true) cameFrom.current = active;
    setChosen(wanted);
    setOpened(true);
    if (wanted === kind) editor.current?.focus();
  }

  function openByKey(wanted: DraftKind): void {
    if (wanted !== kind || editor.current === null) keepTyped();
    open(wanted);
  }

  function leave(blank: boolean): void {
    const back = cameFrom.current;
    if (back?.isConnected === true && back !== document.body) back.focus();
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (blank) setOpened(false);
  }

  function quoteMessage(): void {
    const html = quotedHtml();
    if (html === null) return;
    if (kind === "reply" && editor.current !== null) editor.current.quote(html);
    else quoting.current = html;
    open("reply");
  }

  function ready(handle: EditorHandle): void {
    if (quoting.current !== null) handle.quote(quoting.current);
    quoting.current = null;
  }

  const reopened = useEffectEvent(() => {
    const wanted = takeReopened(ticketId);
    if (wanted !== null) open(wanted);
  });
  useEffect(() => {
    const timer = setTimeout(() => reopened());
    const stop = onReopen(() => reopened());
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  useCommand(reply, mayWrite ? () => openByKey("reply") : undefined);
  useCommand(note, mayWrite && mayNote ? () => openByKey("note") : undefined);
  useCommand(quote, mayWrite ? quoteMessage : undefined);
  return { kind, opened, open, leave, ready };
}
